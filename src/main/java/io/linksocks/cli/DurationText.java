package io.linksocks.cli;

import java.math.BigDecimal;
import java.time.Duration;

/** Lengths of time as users of such tools write them: {@code 500ms}, {@code 1h30m}, {@code 1.5h}, or a bare 0. */
final class DurationText {
    /** Nothing here waits longer than a year; also keeps every value within 64 bits of nanoseconds. */
    private static final Duration MAX = Duration.ofDays(366);
    private static final int MAX_LENGTH = 40;

    private DurationText() {}

    /** @throws UsageException with a phrase that continues "the value ..." */
    static Duration parse(String text) throws UsageException {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            throw malformed("");
        }
        BigDecimal nanos = BigDecimal.ZERO;
        int at = 0;
        while (at < text.length()) {
            int unit = endOf(text, at, true);
            int next = endOf(text, unit, false);
            nanos = nanos.add(number(text, at, unit).multiply(nanosIn(text, at, unit, next)));
            at = next;
        }
        if (nanos.compareTo(BigDecimal.valueOf(MAX.toNanos())) > 0) {
            throw new UsageException("is longer than a year");
        }
        return Duration.ofNanos(nanos.longValue());
    }

    /** The shortest form that {@link #parse} reads back, for whole milliseconds. */
    static String format(Duration value) {
        long millis = value.toMillis();
        if (millis == 0) {
            return "0";
        }
        if (millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        if (millis % 60_000 == 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    /** The end of the run of digits and points, or of anything else, that begins here. */
    private static int endOf(String text, int from, boolean numeric) {
        int at = from;
        while (at < text.length() && isNumeric(text.charAt(at)) == numeric) {
            at++;
        }
        return at;
    }

    private static boolean isNumeric(char c) {
        return c >= '0' && c <= '9' || c == '.';
    }

    private static BigDecimal number(String text, int from, int to) throws UsageException {
        try {
            return new BigDecimal(text.substring(from, to));
        } catch (NumberFormatException e) {
            throw malformed("");
        }
    }

    private static BigDecimal nanosIn(String text, int number, int from, int to) throws UsageException {
        return BigDecimal.valueOf(switch (text.substring(from, to)) {
            case "ns" -> 1L;
            case "us", "\u00b5s", "\u03bcs" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> throw malformed(from == to && number == 0 ? "; the nearest is " + text + "s" : "");
        });
    }

    private static UsageException malformed(String advice) {
        return new UsageException("is not a length of time like 500ms, 5s, 1m or 1h30m" + advice);
    }
}
