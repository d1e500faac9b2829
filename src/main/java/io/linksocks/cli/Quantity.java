package io.linksocks.cli;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people read them, and lengths of time as they write them. */
final class Quantity {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    private static final int STEP = 1024;

    /** Keeps every value within 64 bits of nanoseconds. */
    private static final Duration MAX_DURATION = Duration.ofDays(366);
    private static final int MAX_LENGTH = 40;
    /** So that all decimals of a text of that length are integers. */
    private static final BigInteger SCALE = BigInteger.TEN.pow(MAX_LENGTH);
    private static final Pattern NUMBER = Pattern.compile("[0-9]+\\.?[0-9]*|\\.[0-9]+");
    private static final Pattern PART = Pattern.compile("(" + NUMBER + ")(ns|us|\u00b5s|\u03bcs|ms|s|m|h)");
    private static final Pattern DURATION = Pattern.compile("(" + PART + ")+");

    private Quantity() {}

    /** Three digits or four: {@code 17 B}, {@code 1.5 KiB}, {@code 123 MiB}. */
    static String bytes(long count) {
        double value = count;
        int unit = 0;
        while (value >= STEP - 0.5 && unit < UNITS.length - 1) {
            value /= STEP;
            unit++;
        }
        boolean whole = unit == 0 || value >= 99.95;
        return String.format(Locale.ROOT, whole ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }

    /**
     * Parses a length of time such as {@code 500ms}, {@code 1h30m}, {@code 1.5h}, or a bare 0.
     *
     * @throws UsageException with a phrase that continues "the value ..."
     */
    static Duration parseDuration(String text) throws UsageException {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        if (text.length() > MAX_LENGTH || !DURATION.matcher(text).matches()) {
            throw new UsageException("is not a length of time like 500ms, 5s, 1m or 1h30m"
                    + (text.length() <= MAX_LENGTH && NUMBER.matcher(text).matches() ? "; the nearest is " + text + "s" : ""));
        }
        BigInteger sum = BigInteger.ZERO;
        for (Matcher part = PART.matcher(text); part.find();) {
            sum = sum.add(scaled(part.group(1)).multiply(BigInteger.valueOf(nanosIn(part.group(2)))));
        }
        if (sum.compareTo(BigInteger.valueOf(MAX_DURATION.toNanos()).multiply(SCALE)) > 0) {
            throw new UsageException("is longer than a year");
        }
        return Duration.ofNanos(sum.divide(SCALE).longValue());
    }

    /** A decimal number times {@link #SCALE}; BigDecimal takes 30 ms to initialize (JDK 25), at every start. */
    private static BigInteger scaled(String number) {
        int dot = number.indexOf('.');
        int decimals = dot < 0 ? 0 : number.length() - dot - 1;
        return new BigInteger(number.replace(".", "")).multiply(BigInteger.TEN.pow(MAX_LENGTH - decimals));
    }

    private static long nanosIn(String unit) {
        return switch (unit) {
            case "ns" -> 1L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> 1_000L;
        };
    }

    /** The shortest form of a length of time that {@link #parseDuration} reads back, for whole milliseconds. */
    static String duration(Duration value) {
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
}
