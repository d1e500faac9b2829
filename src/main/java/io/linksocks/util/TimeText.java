package io.linksocks.util;

import java.time.Duration;

/** Formats lengths of time for people, in the two largest units: {@code 250 ms}, {@code 1.5 s}, {@code 2 h 5 min}. */
public final class TimeText {
    private static final long SECOND = 1000;
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    /** In tenths of a second; above, they don't count. */
    private static final long FEW_SECONDS = 100;

    private TimeText() {}

    public static String of(Duration time) {
        if (time.isNegative()) {
            return "-" + of(time.negated());
        }
        if (time.toSeconds() >= MINUTE) {
            return ofSeconds(time.toSeconds() + (time.toMillisPart() >= SECOND / 2 ? 1 : 0));
        }
        long millis = time.toMillis();
        if (millis < SECOND) {
            return millis + " ms";
        }
        long tenths = (millis + 50) / 100;
        return tenths < FEW_SECONDS && tenths % 10 != 0
                ? tenths / 10 + "." + tenths % 10 + " s"
                : ofSeconds((millis + SECOND / 2) / SECOND);
    }

    /** @param seconds zero or more */
    public static String ofSeconds(long seconds) {
        if (seconds < MINUTE) {
            return seconds + " s";
        }
        if (seconds < HOUR) {
            return two(seconds / MINUTE, " min", seconds % MINUTE, " s");
        }
        return seconds < DAY
                ? two(seconds / HOUR, " h", seconds % HOUR / MINUTE, " min")
                : two(seconds / DAY, " d", seconds % DAY / HOUR, " h");
    }

    private static String two(long large, String unit, long small, String smallUnit) {
        return large + unit + (small == 0 ? "" : " " + small + smallUnit);
    }
}
