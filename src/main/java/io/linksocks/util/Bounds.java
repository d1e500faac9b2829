package io.linksocks.util;

import java.time.Duration;

/** Checks values of the library's options; exceptions name the option. */
public final class Bounds {
    private Bounds() {}

    /** @throws IllegalArgumentException when it is zero or less */
    public static int positive(String option, int number) {
        if (number < 1) {
            throw new IllegalArgumentException(option + " must be at least 1, not " + number);
        }
        return number;
    }

    /** @throws IllegalArgumentException when it is zero or less */
    public static Duration positive(String option, Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException(option + " must be more than zero, not " + TimeText.of(time));
        }
        return time;
    }

    /** @throws IllegalArgumentException when it is negative */
    public static Duration notNegative(String option, Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException(option + " must not be negative, as " + TimeText.of(time) + " is");
        }
        return time;
    }

    /** @throws IllegalArgumentException unless it is 0 to 65535 */
    public static int port(int number) {
        return new Endpoint("", number).port();
    }
}
