package io.linksocks.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: not at all after a connection that had worked; then from a tenth of a second
 * quickly up to the reconnect delay, for most interruptions are short; then growing slowly up to a minute.
 */
final class Backoff {
    private static final double SHORTEST_MILLIS = 100;
    private static final double QUICK_GROWTH = 2;
    private static final double SLOW_GROWTH = 1.5;
    private static final double LONGEST_MILLIS = 60_000;
    /** So that the clients of a restarted server do not all come at the same moment. */
    private static final double JITTER = 0.2;

    private final double delayMillis;
    private final RandomGenerator random;
    private double nextMillis;

    Backoff(Duration reconnectDelay, RandomGenerator random) {
        this.delayMillis = reconnectDelay.toMillis();
        this.random = random;
        this.nextMillis = Math.min(SHORTEST_MILLIS, delayMillis);
    }

    /** To be called when a connection was established. */
    void reset() {
        nextMillis = 0;
    }

    Duration next() {
        double base = nextMillis;
        nextMillis = following(base);
        return Duration.ofMillis((long) (base * (1 + JITTER * (random.nextDouble() - 0.5))));
    }

    private double following(double millis) {
        if (millis == 0) {
            return Math.min(SHORTEST_MILLIS, delayMillis);
        }
        return millis < delayMillis
                ? Math.min(delayMillis, millis * QUICK_GROWTH)
                : Math.min(Math.max(LONGEST_MILLIS, delayMillis), millis * SLOW_GROWTH);
    }
}
