package io.linksocks.json;

import java.util.Map;

/**
 * JSON as people write it into a file: with {@code //} and {@code /*} comments and a comma behind the last element. Errors
 * name line and column, and the lines of members can be asked for.
 */
public final class JsonDocument {
    /** Enough of a name to find it. */
    private static final int MAX_NAME = 60;

    private final String text;
    private final JsonParser parser;
    private final Object root;

    private JsonDocument(String text) throws JsonException {
        this.text = text;
        this.parser = new JsonParser(text, true);
        try {
            this.root = parser.parse();
        } catch (JsonException e) {
            throw located(e);
        }
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
        return new JsonDocument(text);
    }

    private JsonException located(JsonException e) {
        int column = e.position() - text.lastIndexOf('\n', e.position() - 1);
        String member = parser.lastName();
        if (member != null && member.length() > MAX_NAME) {
            member = member.substring(0, MAX_NAME) + "...";
        }
        return new JsonException("line " + line(e.position()) + ", column " + column
                + (member == null ? "" : ", at or behind \"" + member + "\"") + ": " + e.problem());
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
        return line(parser.position(object, name));
    }
}
