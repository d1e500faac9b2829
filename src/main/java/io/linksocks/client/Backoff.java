package io.linksocks.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before the next attempt: not at all after a connection that had worked, then longer each time. */
final class Backoff {
    private static final double GROWTH = 1.5;
    private static final Duration LONGEST = Duration.ofSeconds(60);
    /** So that the clients of a restarted server do not all come at the same moment. */
    private static final double JITTER = 0.2;

    private final Duration first;
    private final RandomGenerator random;
    private double nextMillis;

    Backoff(Duration first, RandomGenerator random) {
        this.first = first;
        this.random = random;
        this.nextMillis = first.toMillis();
    }

    /** To be called when a connection was established. */
    void reset() {
        nextMillis = 0;
    }

    Duration next() {
        double base = nextMillis;
        nextMillis = base == 0 ? first.toMillis() : Math.min(LONGEST.toMillis(), base * GROWTH);
        return Duration.ofMillis((long) (base * (1 + JITTER * (random.nextDouble() - 0.5))));
    }
}
