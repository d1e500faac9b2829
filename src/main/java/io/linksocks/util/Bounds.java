package io.linksocks.util;

import java.time.Duration;
import java.util.Objects;

/** Checks values of the library's options; exceptions name the member, the allowed range and the value. */
public final class Bounds {
    /** As long as any timeout makes sense; in nanoseconds it fits into a long. */
    private static final Duration MAX_TIME = Duration.ofDays(365);

    private Bounds() {}

    /** @throws IllegalArgumentException when it is out of range */
    public static int range(String member, int number, int min, int max) {
        if (number < min || number > max) {
            throw new IllegalArgumentException(member + " must be " + min + " to " + max + ", not " + number);
        }
        return number;
    }

    /** @throws IllegalArgumentException when it is out of range */
    public static Duration range(String member, Duration time, Duration min, Duration max) {
        if (time.compareTo(min) < 0 || time.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    member + " must be " + TimeText.of(min) + " to " + TimeText.of(max) + ", not " + TimeText.of(time));
        }
        return time;
    }

    /** @throws IllegalArgumentException when it is less than 1 */
    public static int positive(String member, int number) {
        return (int) positive(member, (long) number);
    }

    /** @throws IllegalArgumentException when it is less than 1 */
    public static long positive(String member, long number) {
        return atLeast(member, number, 1);
    }

    /** @throws IllegalArgumentException when it is less than a millisecond, or more than a year */
    public static Duration positive(String member, Duration time) {
        return range(member, time, Duration.ofMillis(1), MAX_TIME);
    }

    /** @throws IllegalArgumentException when it is negative, or more than a year */
    public static Duration notNegative(String member, Duration time) {
        return range(member, time, Duration.ZERO, MAX_TIME);
    }

    /** @throws IllegalArgumentException when it is negative */
    public static int notNegative(String member, int number) {
        return (int) notNegative(member, (long) number);
    }

    /** @throws IllegalArgumentException when it is negative */
    public static long notNegative(String member, long number) {
        return atLeast(member, number, 0);
    }

    private static long atLeast(String member, long number, long min) {
        if (number < min) {
            throw new IllegalArgumentException(member + " must be at least " + min + ", not " + number);
        }
        return number;
    }

    /**
     * Checks a host to listen on.
     *
     * @param port names what sets its port
     * @throws IllegalArgumentException when a port follows it
     */
    public static String hostAlone(String member, String host, String port) {
        int colon = Objects.requireNonNull(host, member).lastIndexOf(':');
        if (colon >= 0 && (host.indexOf(':') == colon || host.charAt(colon - 1) == ']')) {
            throw new IllegalArgumentException(member + " must be a host alone, not " + host + "; set the port with " + port);
        }
        return host;
    }

    /** @throws IllegalArgumentException unless it is 0 to 65535 */
    public static int port(String member, int number) {
        return range(member, number, 0, 0xFFFF);
    }
}
