package io.linksocks.cli;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes foreign text safe for a terminal and a log file: it stays on its line and cannot move the cursor. */
final class OneLine {
    /** Control and format characters, such as direction overrides, and line separators. */
    private static final Pattern SPECIAL = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");
    /** Enough to recognise what was typed. */
    private static final int MAX_QUOTE = 60;

    private OneLine() {}

    /** The text with control characters, line separators and direction overrides written as escapes. */
    static String of(String text) {
        return SPECIAL.matcher(text).replaceAll(OneLine::escape);
    }

    private static String escape(MatchResult special) {
        StringBuilder escape = new StringBuilder();
        for (char c : special.group().toCharArray()) {
            escape.append(switch (c) {
                case '\n' -> "\\n";
                case '\r' -> "\\r";
                case '\t' -> "\\t";
                default -> String.format("\\u%04x", (int) c);
            });
        }
        return Matcher.quoteReplacement(escape.toString());
    }

    /** The text in quotes, cut when it is long. */
    static String quote(String text) {
        return "'" + of(text.length() <= MAX_QUOTE ? text : text.substring(0, MAX_QUOTE) + "...") + "'";
    }
}
