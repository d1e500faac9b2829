package io.linksocks.server;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Slows down who guesses tokens and keys: after some failures within a minute, further attempts from the same address are
 * not looked at (SPEC section 8). A success changes nothing, or one known token would make room for guesses at others.
 */
final class FailureLimiter {
    static final int FAILURES = 10;
    static final Duration WINDOW = Duration.ofMinutes(1);
    /** Addresses remembered, those that failed longest ago forgotten first: less than 2 MiB. */
    static final int MAX_SOURCES = 10_000;

    /** An IPv4 address, or the network of an IPv6 one: a subscriber has at least all of a /64 (RFC 6177). */
    private record Source(boolean v4, long bits) {
        static Source of(InetAddress address) {
            ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
            boolean v4 = bytes.remaining() == Integer.BYTES;
            return new Source(v4, v4 ? bytes.getInt() : bytes.getLong());
        }
    }

    /** The times of the latest failures of one source, in a ring. */
    private static final class Failures {
        private final long[] times = new long[FAILURES];
        private int count;

        void add(long now) {
            times[count++ % FAILURES] = now;
            count = count == 2 * FAILURES ? FAILURES : count;
        }

        /** Nanoseconds until the oldest of so many failures is old enough; not above 0 when it is or there are fewer. */
        long blockedNanos(long now) {
            return count < FAILURES ? 0 : WINDOW.toNanos() - (now - times[count % FAILURES]);
        }
    }

    private final LongSupplier nanos;
    /** Guards all below. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Source, Failures> sources = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Source, Failures> eldest) {
            return size() > MAX_SOURCES;
        }
    };

    /** @param nanos the time, as {@link System#nanoTime} */
    FailureLimiter(LongSupplier nanos) {
        this.nanos = nanos;
    }

    void onFailure(InetAddress address) {
        lock.lock();
        try {
            sources.computeIfAbsent(Source.of(address), unknown -> new Failures()).add(nanos.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    /** Whole seconds after which an address may try again; 0 when it may now. */
    long secondsToWait(InetAddress address) {
        lock.lock();
        try {
            Failures failures = sources.get(Source.of(address));
            long left = failures == null ? 0 : failures.blockedNanos(nanos.getAsLong());
            return left <= 0 ? 0 : TimeUnit.NANOSECONDS.toSeconds(left) + 1;
        } finally {
            lock.unlock();
        }
    }
}
