package io.linksocks.json;

import java.util.Collection;
import java.util.Map;

/**
 * JSON (RFC 8259) as plain Java values: {@code Map<String, Object>} in the order of the text, {@code List<Object>},
 * {@code String}, {@code Long}, {@code Double}, {@code Boolean} and null.
 */
public final class Json {
    /** LinkSocks itself nests three levels; the limit keeps a hostile text from overflowing the stack. */
    static final int MAX_DEPTH = 32;

    /** An empty object takes thirty times the memory of its text; so many of them fit into any heap. */
    static final int MAX_VALUES = 200_000;

    /** In characters. The largest expected text is an API request of a few kilobytes. */
    public static final int MAX_LENGTH = 1 << 20;

    private static final char DELETE = 0x7F;
    private static final char REPLACEMENT = '\uFFFD';

    private Json() {}

    /**
     * Reads one JSON text. Stricter than RFC 8259 asks: duplicate names, unpaired surrogates and numbers beyond the
     * range of a double are refused. A number without fraction and exponent that fits is a {@code Long}, any other a
     * {@code Double}.
     *
     * @throws JsonException when the text is not JSON, too long, nested too deeply or of too many values
     */
    public static Object parse(String text) throws JsonException {
        return parse(text, MAX_LENGTH);
    }

    /** The same with another limit for the length. */
    public static Object parse(String text, int maxLength) throws JsonException {
        if (text.length() > maxLength) {
            throw new JsonException("JSON text is longer than " + maxLength + " characters");
        }
        return new JsonParser(text, false).parse();
    }

    /**
     * Writes maps, collections, strings, numbers, booleans and null without white space, members in the map's order.
     *
     * @throws IllegalArgumentException for any other type and for numbers that JSON does not have
     */
    public static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out) {
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

    /** Replaces an unpaired surrogate, which strict parsers refuse; log messages may contain one. */
    private static int surrogate(String text, int index, StringBuilder out) {
        int codePoint = text.codePointAt(index);
        if (Character.isSupplementaryCodePoint(codePoint)) {
            out.appendCodePoint(codePoint);
            return index + 1;
        }
        out.append(REPLACEMENT);
        return index;
    }

    /** Such characters end a line, move the cursor or reverse the text in some viewers, unless they are escaped. */
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
