package io.linksocks.cluster;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Bounds the questions for unknown tokens, so that guessing does not become load of the directory: each token once within a
 * few seconds, and a number per second of all together. A valid token needs no question once the directory has told it.
 */
final class Inquiries {
    static final Duration MEMORY = Duration.ofSeconds(5);
    static final int PER_SECOND = 20;
    static final int BURST = 40;
    /** About 2 MiB. */
    static final int MAX_REMEMBERED = 10_000;

    private final LongSupplier nanos;
    /** Guards all below. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Long> asked = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };
    private double left = BURST;
    private long refilled;

    /** @param nanos the clock, such as {@link System#nanoTime} */
    Inquiries(LongSupplier nanos) {
        this.nanos = nanos;
        this.refilled = nanos.getAsLong();
    }

    /** Whether to ask for the token with this hash now. */
    boolean admit(String hash) {
        lock.lock();
        try {
            long now = nanos.getAsLong();
            Long before = asked.get(hash);
            left = Math.min(BURST, left + (now - refilled) / 1e9 * PER_SECOND);
            refilled = now;
            if (left < 1 || before != null && now - before < MEMORY.toNanos()) {
                return false;
            }
            left--;
            asked.remove(hash);
            asked.put(hash, now);
            return true;
        } finally {
            lock.unlock();
        }
    }
}
