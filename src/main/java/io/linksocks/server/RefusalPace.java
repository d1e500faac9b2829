package io.linksocks.server;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Spaces out refusals. A provider learns from the refusal of a connector token that somebody else has it; this bounds the
 * rate at which all providers of a reverse token can find out, and what it costs to tell them.
 */
final class RefusalPace {
    static final Duration INTERVAL = Duration.ofMillis(100);
    /** That wait for their turn; further requests get no answer. */
    static final int MAX_WAITING = 100;

    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by the lock: when the latest refusal is due, in nanoseconds from the start. */
    private long latest;
    private final long start;

    /** @param nanos the time, as {@link System#nanoTime} */
    RefusalPace(LongSupplier nanos) {
        this.nanos = nanos;
        this.start = nanos.getAsLong();
    }

    /** Nanoseconds until the next refusal may be sent; empty when too many wait already. */
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
