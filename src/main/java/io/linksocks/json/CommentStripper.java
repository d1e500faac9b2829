package io.linksocks.json;

/**
 * Makes JSON of what people write: blanks take the place of comments and of the comma behind a last element, so that
 * every other character stays where it is.
 */
final class CommentStripper {
    private final String text;
    private final StringBuilder plain;
    private int position;
    /** The last two characters that mean something; where the last of them stands. */
    private char last = '{';
    private char beforeLast = '{';
    private int lastPosition;

    private CommentStripper(String text) {
        this.text = text;
        this.plain = new StringBuilder(text);
    }

    /** @throws JsonException when a comment does not end */
    static String blank(String text) throws JsonException {
        CommentStripper comments = new CommentStripper(text);
        comments.run();
        return comments.plain.toString();
    }

    private void run() throws JsonException {
        while (position < text.length()) {
            char c = text.charAt(position);
            if (c == '/' && text.startsWith("//", position)) {
                blankTo(end('\n'));
            } else if (c == '/' && text.startsWith("/*", position)) {
                blankTo(endOfBlock());
            } else {
                if (c == '}' || c == ']') {
                    blankCommaBefore();
                }
                if (" \t\r\n".indexOf(c) < 0) {
                    note(c);
                }
                position = c == '"' ? endOfString() : position + 1;
            }
        }
    }

    private void note(char c) {
        beforeLast = last;
        last = c;
        lastPosition = position;
    }

    /** Not one that has no element in front of it: that stays for the parser to refuse. */
    private void blankCommaBefore() {
        if (last == ',' && "{[,:".indexOf(beforeLast) < 0) {
            plain.setCharAt(lastPosition, ' ');
        }
    }

    private void blankTo(int end) {
        for (; position < end; position++) {
            if (text.charAt(position) != '\n') {
                plain.setCharAt(position, ' ');
            }
        }
    }

    private int end(char c) {
        int at = text.indexOf(c, position);
        return at < 0 ? text.length() : at;
    }

    private int endOfBlock() throws JsonException {
        int at = text.indexOf("*/", position + 2);
        if (at < 0) {
            throw new JsonException("comment without an end", position);
        }
        return at + 2;
    }

    /** Whatever is wrong with a string is the parser's to find. */
    private int endOfString() {
        int at = position + 1;
        while (at < text.length() && text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(at + 1, text.length());
    }
}
