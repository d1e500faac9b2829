package io.linksocks.server;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Rate-limits the refusals of connector tokens. A refusal reveals that the token exists, so this bounds how fast the
 * providers of a reverse token can guess tokens of others, and what answering them costs.
 */
final class RefusalPace {
    static final Duration INTERVAL = Duration.ofMillis(100);
    /** Most refusals that are delayed at a time; further requests get no response. */
    static final int MAX_WAITING = 100;

    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by the lock: when the last scheduled refusal is due, in nanoseconds since the start. */
    private long latest;
    private final long start;

    /** @param nanos the clock, such as {@link System#nanoTime} */
    RefusalPace(LongSupplier nanos) {
        this.nanos = nanos;
        this.start = nanos.getAsLong();
    }

    /** Nanoseconds until the next refusal may be sent; empty when too many are delayed already. */
    OptionalLong next() {
        lock.lock();
        try {
            long now = nanos.getAsLong() - start;
            long due = Math.max(latest, now) + INTERVAL.toNanos();
            if (due - now > MAX_WAITING * INTERVAL.toNanos()) {
                return OptionalLong.empty();
            }
            latest = due;
            return OptionalLong.of(due - now);
        } finally {
            lock.unlock();
        }
    }
}
