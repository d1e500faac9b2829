package io.linksocks.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * The pause before the next attempt: none after a connection that worked; then from 0.1 s it doubles up to the reconnect
 * delay, because most interruptions are short; then it grows by half up to a minute.
 */
final class Backoff {
    private static final double SHORTEST_MILLIS = 100;
    /** Of connections that break at once but carry something. */
    private static final double LONGEST_WITH_PROGRESS_MILLIS = 1000;
    /** What a delay of zero grows from. */
    private static final double LEAST_MILLIS = 1;
    private static final double QUICK_GROWTH = 2;
    private static final double SLOW_GROWTH = 1.5;
    private static final double LONGEST_MILLIS = 60_000;
    /** ±10 %, so that the clients of a restarted server don't reconnect in lockstep. */
    private static final double JITTER = 0.2;

    private final double delayMillis;
    private final RandomGenerator random;
    private double nextMillis;

    Backoff(Duration reconnectDelay) {
        // Looked up by each thread that uses it: only that seeds its own state, which is the same in every process else.
        this(reconnectDelay, () -> ThreadLocalRandom.current().nextLong());
    }

    Backoff(Duration reconnectDelay, RandomGenerator random) {
        this.delayMillis = reconnectDelay.toMillis();
        this.random = random;
        this.nextMillis = Math.min(SHORTEST_MILLIS, delayMillis);
    }

    /** Called when a connection was established. */
    void reset() {
        nextMillis = 0;
    }

    /** Called when a connection that broke at once has carried something: it need not pause for long. */
    void ease() {
        nextMillis = Math.min(nextMillis, Math.min(delayMillis, LONGEST_WITH_PROGRESS_MILLIS));
    }

    Duration next() {
        double base = nextMillis;
        nextMillis = following(base);
        return Duration.ofMillis((long) (base * (1 + JITTER * (random.nextDouble() - 0.5))));
    }

    private double following(double millis) {
        if (millis == 0) {
            return Math.clamp(delayMillis, LEAST_MILLIS, SHORTEST_MILLIS);
        }
        return millis < delayMillis
                ? Math.min(delayMillis, millis * QUICK_GROWTH)
                : Math.min(Math.max(LONGEST_MILLIS, delayMillis), millis * SLOW_GROWTH);
    }
}
