package io.linksocks.cli;

import java.util.Locale;

/** Numbers for people. */
final class Quantity {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    private static final int STEP = 1024;
    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;
    private static final int DAY = 24 * HOUR;

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

    /** The two largest units: {@code 17s}, {@code 3m 20s}, {@code 2d 5h}. */
    static String time(long seconds) {
        if (seconds < MINUTE) {
            return seconds + "s";
        }
        if (seconds < HOUR) {
            return seconds / MINUTE + "m " + seconds % MINUTE + "s";
        }
        return seconds < DAY
                ? seconds / HOUR + "h " + seconds % HOUR / MINUTE + "m"
                : seconds / DAY + "d " + seconds % DAY / HOUR + "h";
    }
}
