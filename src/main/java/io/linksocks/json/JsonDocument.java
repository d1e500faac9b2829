package io.linksocks.json;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * JSON as people write it into a file: with {@code //} and {@code /*} comments and a comma behind the last element. It
 * remembers the lines of members, and errors name line and column.
 */
public final class JsonDocument {
    /** Which some editors put in front of a text. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";
    /** Enough of a name to find it. */
    private static final int MAX_NAME = 60;

    private final String text;
    private final Map<Map<String, Object>, Map<String, Integer>> positions = new IdentityHashMap<>();
    private Object root;
    private String latest;

    private JsonDocument(String text) {
        this.text = text;
    }

    /**
     * Reads one text; apart from the above, it is as strict as {@link Json#parse}.
     *
     * @throws JsonException naming line, column and the member before them, but no value
     */
    public static JsonDocument parse(String text) throws JsonException {
        if (text.length() > Json.MAX_LENGTH) {
            throw new JsonException("longer than " + Json.MAX_LENGTH + " characters");
        }
        JsonDocument document = new JsonDocument(text);
        try {
            String plain = CommentStripper.blank(text);
            document.root = new JsonParser(plain.startsWith(BYTE_ORDER_MARK) ? ' ' + plain.substring(1) : plain,
                    document::note).parse();
        } catch (JsonException e) {
            throw document.located(e);
        }
        return document;
    }

    private void note(Map<String, Object> object, String name, int position) {
        positions.computeIfAbsent(object, key -> new HashMap<>()).put(name, position);
        latest = name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME) + "...";
    }

    private JsonException located(JsonException e) {
        int column = e.position() - text.lastIndexOf('\n', e.position() - 1);
        return new JsonException("line " + line(e.position()) + ", column " + column
                + (latest == null ? "" : ", at or behind \"" + latest + "\"") + ": " + e.problem());
    }

    private int line(int position) {
        return 1 + (int) text.substring(0, position).chars().filter(c -> c == '\n').count();
    }

    /** What {@link Json#parse} would return. */
    public Object root() {
        return root;
    }

    /** The line on which the name of a member stands, counted from 1. */
    public int line(Map<?, ?> object, String name) {
        return line(positions.get(object).get(name));
    }
}
