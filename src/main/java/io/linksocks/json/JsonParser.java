package io.linksocks.json;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One pass over one text, recursive descent after the grammar of RFC 8259. */
final class JsonParser {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final String text;
    private final boolean lenient;
    /** Where the name of each member stands, by the identity of its object; kept by a lenient parser only. */
    private final Map<Map<?, ?>, Map<String, Integer>> names = new IdentityHashMap<>(0);
    private int position;
    private int depth;
    private int values;
    private String lastName;

    /** @param lenient also accepts comments, a comma behind the last element and a byte order mark */
    JsonParser(String text, boolean lenient) {
        this.text = text;
        this.lenient = lenient;
    }

    Object parse() throws JsonException {
        if (lenient) {
            skip(BYTE_ORDER_MARK);
        }
        skipSpace();
        Object value = value();
        skipSpace();
        if (position < text.length()) {
            throw unexpected("the end");
        }
        return value;
    }

    /** Where the name of a member stands. */
    int position(Map<?, ?> object, String name) {
        return names.get(object).get(name);
    }

    /** The name of the last member that was begun; null before the first. */
    String lastName() {
        return lastName;
    }

    private Object value() throws JsonException {
        if (++values > Json.MAX_VALUES) {
            throw error("more than " + Json.MAX_VALUES + " values", position);
        }
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> literal("true", Boolean.TRUE);
            case 'f' -> literal("false", Boolean.FALSE);
            case 'n' -> literal("null", null);
            default -> number();
        };
    }

    private Map<String, Object> object() throws JsonException {
        Map<String, Object> members = new LinkedHashMap<>();
        open();
        if (!skip('}')) {
            do {
                member(members);
                skipSpace();
            } while (skipComma('}'));
            expect('}');
        }
        depth--;
        return members;
    }

    private void member(Map<String, Object> members) throws JsonException {
        int start = position;
        String name = string();
        skipSpace();
        expect(':');
        lastName = name;
        if (lenient) {
            names.computeIfAbsent(members, first -> new HashMap<>()).put(name, start);
        }
        // Two readers that disagree on which duplicate counts are a way around a check (RFC 8259, section 4).
        if (members.containsKey(name)) {
            throw error("duplicate name", start);
        }
        skipSpace();
        members.put(name, value());
    }

    private List<Object> array() throws JsonException {
        List<Object> elements = new ArrayList<>();
        open();
        if (!skip(']')) {
            do {
                elements.add(value());
                skipSpace();
            } while (skipComma(']'));
            expect(']');
        }
        depth--;
        return elements;
    }

    private void open() throws JsonException {
        if (++depth > Json.MAX_DEPTH) {
            throw error("nested more than " + Json.MAX_DEPTH + " levels deep", position);
        }
        position++;
        skipSpace();
    }

    private String string() throws JsonException {
        int start = position;
        expect('"');
        int plain = position;
        while (position < text.length() && isPlain(text.charAt(position))) {
            position++;
        }
        if (peek() == '"') {
            return text.substring(plain, position++);
        }
        StringBuilder content = new StringBuilder().append(text, plain, position);
        for (char c = peek(); c != '"'; c = peek()) {
            position++;
            content.append(c == '\\' ? escape() : unescaped(c));
        }
        position++;
        checkSurrogates(content, start);
        return content.toString();
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c);
    }

    private char unescaped(char c) throws JsonException {
        if (c < ' ') {
            throw error("control character in a string", position - 1);
        }
        return c;
    }

    private char escape() throws JsonException {
        char c = peek();
        position++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicodeEscape();
            default -> throw error("unknown escape", position - 2);
        };
    }

    private char unicodeEscape() throws JsonException {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            char c = peek();
            // Character.digit takes digits of every script.
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw unexpected("a hexadecimal digit");
            }
            unit = unit << 4 | digit;
            position++;
        }
        return (char) unit;
    }

    private void checkSurrogates(CharSequence content, int start) throws JsonException {
        for (int i = 0; i < content.length(); i++) {
            if (!Character.isSurrogate(content.charAt(i))) {
                continue;
            }
            if (!Character.isSupplementaryCodePoint(Character.codePointAt(content, i))) {
                throw error("unpaired surrogate in the string", start);
            }
            i++;
        }
    }

    private Object literal(String word, Object value) throws JsonException {
        if (!text.startsWith(word, position)) {
            throw unexpected("a value");
        }
        position += word.length();
        return value;
    }

    private Number number() throws JsonException {
        int start = position;
        skip('-');
        if (!skip('0')) {
            digits(start == position ? "a value" : "a digit");
        }
        boolean whole = true;
        if (skip('.')) {
            whole = false;
            digits("a digit");
        }
        if (skip('e') || skip('E')) {
            whole = false;
            if (!skip('+')) {
                skip('-');
            }
            digits("a digit");
        }
        return numberValue(text.substring(start, position), whole, start);
    }

    private Number numberValue(String digits, boolean whole, int start) throws JsonException {
        // 18 digits and a sign always fit into a long; longer ones are rare enough for the slow question.
        if (whole && (digits.length() < 19 || fitsLong(digits))) {
            return Long.valueOf(digits);
        }
        double value = Double.parseDouble(digits);
        if (Double.isInfinite(value)) {
            throw error("number out of range", start);
        }
        return value;
    }

    private static boolean fitsLong(String digits) {
        return digits.length() <= 20 && new BigInteger(digits).bitLength() < Long.SIZE;
    }

    private void digits(String expected) throws JsonException {
        int start = position;
        while (position < text.length() && text.charAt(position) >= '0' && text.charAt(position) <= '9') {
            position++;
        }
        if (position == start) {
            throw unexpected(expected);
        }
    }

    private void skipSpace() throws JsonException {
        do {
            while (position < text.length() && " \t\n\r".indexOf(text.charAt(position)) >= 0) {
                position++;
            }
        } while (lenient && skipComment());
    }

    private boolean skipComment() throws JsonException {
        if (text.startsWith("//", position)) {
            int end = text.indexOf('\n', position);
            position = end < 0 ? text.length() : end;
            return true;
        }
        if (text.startsWith("/*", position)) {
            int end = text.indexOf("*/", position + 2);
            if (end < 0) {
                throw error("comment without an end", position);
            }
            position = end + 2;
            return true;
        }
        return false;
    }

    /** Whether another element follows; a lenient parser accepts a comma behind the last one. */
    private boolean skipComma(char end) throws JsonException {
        if (!skip(',')) {
            return false;
        }
        skipSpace();
        return !(lenient && peek() == end);
    }

    private boolean skip(char c) {
        if (position < text.length() && text.charAt(position) == c) {
            position++;
            return true;
        }
        return false;
    }

    private void expect(char c) throws JsonException {
        if (!skip(c)) {
            throw unexpected("'" + c + "'");
        }
    }

    private char peek() throws JsonException {
        if (position >= text.length()) {
            throw error("unexpected end", position);
        }
        return text.charAt(position);
    }

    private JsonException unexpected(String expected) {
        return position < text.length()
                ? error("expected " + expected, position) : error("unexpected end, expected " + expected, position);
    }

    private static JsonException error(String problem, int position) {
        return new JsonException(problem, position);
    }
}
