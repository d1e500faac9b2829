package io.linksocks.cli;

/** Makes foreign text safe for a terminal and a log file: it stays on its line and cannot move the cursor. */
final class OneLine {
    /** Enough to recognise what was typed. */
    private static final int MAX_QUOTE = 60;

    private OneLine() {}

    /** The text with control characters, line separators and direction overrides written as escapes. */
    static String of(String text) {
        int at = 0;
        while (at < text.length() && isPlain(text.charAt(at))) {
            at++;
        }
        return at == text.length() ? text : escape(text, at);
    }

    /** The text in quotes, cut when it is long. */
    static String quote(String text) {
        return "'" + of(text.length() <= MAX_QUOTE ? text : text.substring(0, MAX_QUOTE) + "...") + "'";
    }

    private static boolean isPlain(char c) {
        if (c < 0x7F) {
            return c >= ' ';
        }
        int type = Character.getType(c);
        return type != Character.CONTROL && type != Character.FORMAT && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR;
    }

    private static String escape(String text, int from) {
        StringBuilder line = new StringBuilder(text.length() + 16).append(text, 0, from);
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                    if (isPlain(c)) {
                        line.append(c);
                    } else {
                        line.append("\\u").append(Integer.toHexString(0x10000 | c), 1, 5);
                    }
                }
            }
        }
        return line.toString();
    }
}
