package io.linksocks.json;

import java.util.Collection;
import java.util.Map;

/** Compact JSON text of plain Java values. */
final class JsonWriter {
    private static final char DELETE = 0x7F;
    private static final char REPLACEMENT = '\uFFFD';

    private JsonWriter() {}

    static void write(Object value, StringBuilder out) {
        switch (value) {
            case null -> out.append("null");
            case String text -> string(text, out);
            case Boolean truth -> out.append(truth.booleanValue());
            case Number number -> number(number, out);
            case Map<?, ?> map -> object(map, out);
            case Collection<?> elements -> array(elements, out);
            default -> throw new IllegalArgumentException("JSON has no " + value.getClass().getName());
        }
    }

    private static void object(Map<?, ?> map, StringBuilder out) {
        String separator = "{";
        for (Map.Entry<?, ?> member : map.entrySet()) {
            out.append(separator);
            string((String) member.getKey(), out);
            out.append(':');
            write(member.getValue(), out);
            separator = ",";
        }
        out.append(map.isEmpty() ? "{}" : "}");
    }

    private static void array(Collection<?> elements, StringBuilder out) {
        String separator = "[";
        for (Object element : elements) {
            out.append(separator);
            write(element, out);
            separator = ",";
        }
        out.append(elements.isEmpty() ? "[]" : "]");
    }

    private static void number(Number number, StringBuilder out) {
        if (!Double.isFinite(number.doubleValue())) {
            throw new IllegalArgumentException("JSON has no number " + number);
        }
        out.append(number);
    }

    private static void string(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                i = surrogate(text, i, out);
            } else {
                character(c, out);
            }
        }
        out.append('"');
    }

    /** Log texts come from anywhere: half a character is replaced, for no reader would accept it. */
    private static int surrogate(String text, int index, StringBuilder out) {
        int codePoint = text.codePointAt(index);
        if (Character.isSupplementaryCodePoint(codePoint)) {
            out.appendCodePoint(codePoint);
            return index + 1;
        }
        out.append(REPLACEMENT);
        return index;
    }

    /** Ends a line for some readers, moves the cursor or turns the text around: escaped, it does none of that. */
    private static boolean isInvisible(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    private static void character(char c, StringBuilder out) {
        switch (c) {
            case '"', '\\' -> out.append('\\').append(c);
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (c < ' ' || c >= DELETE && isInvisible(c)) {
                    out.append(String.format("\\u%04x", (int) c));
                } else {
                    out.append(c);
                }
            }
        }
    }
}
