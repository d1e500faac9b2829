package io.linksocks.server;

import io.linksocks.util.Subscriber;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Rate-limits failed logins per address: after {@link #FAILURES} different wrong secrets within a minute, each further one
 * blocks the address for a pause. Repeating the same wrong secret is no new guess, so a client that retries with an outdated
 * token does not block others behind its address. A successful login resets nothing: otherwise one known token would allow
 * unlimited guesses at others.
 */
final class FailureLimiter {
    static final int FAILURES = 10;
    static final Duration WINDOW = Duration.ofMinutes(1);
    /** After each failure above the limit; short, because users with a valid secret may share the address. */
    static final Duration PAUSE = Duration.ofSeconds(3);
    /** Addresses remembered; the least recently used is evicted. At most 7 MiB, 2 MiB with few guesses each. */
    static final int MAX_SOURCES = 10_000;
    /** Wrong secrets remembered per address; the oldest is evicted. */
    static final int MAX_SECRETS = 64;

    private static final int HEX_DIGITS_OF_A_LONG = 16;

    /** The latest failures of one source. */
    private static final class Failures {
        private final long[] times = new long[FAILURES];
        private long[] secrets = new long[FAILURES];
        private int count;

        void add(long now, long secret) {
            times[count % FAILURES] = now;
            if (count >= secrets.length && secrets.length < MAX_SECRETS) {
                secrets = Arrays.copyOf(secrets, Math.min(2 * secrets.length, MAX_SECRETS));
            }
            secrets[count % secrets.length] = secret;
            count = count + 1 == 2 * FAILURES * MAX_SECRETS ? FAILURES * MAX_SECRETS : count + 1;
        }

        boolean knows(long secret) {
            return Arrays.stream(secrets, 0, Math.min(count, secrets.length)).anyMatch(known -> known == secret);
        }

        /** Nanoseconds until another secret is compared; zero or negative when it may be now. */
        long blockedNanos(long now) {
            if (count < FAILURES) {
                return 0;
            }
            long window = WINDOW.toNanos() - (now - times[count % FAILURES]);
            long pause = PAUSE.toNanos() - (now - times[(count - 1) % FAILURES]);
            return Math.min(window, pause);
        }
    }

    private final LongSupplier nanos;
    /** Guards all below. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Subscriber, Failures> sources = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Subscriber, Failures> eldest) {
            return size() > MAX_SOURCES;
        }
    };

    /** @param nanos the clock, such as {@link System#nanoTime} */
    FailureLimiter(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Records a failed login.
     *
     * @param hash of the wrong secret, in hexadecimal digits, here and below
     */
    void onFailure(InetAddress address, String hash) {
        long secret = digest(hash);
        lock.lock();
        try {
            Failures failures = sources.computeIfAbsent(Subscriber.of(address), unknown -> new Failures());
            if (!failures.knows(secret)) {
                failures.add(nanos.getAsLong(), secret);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whole seconds until an address may try this secret; 0 when it may now. */
    long secondsToWait(InetAddress address, String hash) {
        lock.lock();
        try {
            Failures failures = sources.get(Subscriber.of(address));
            long left = failures == null || failures.knows(digest(hash)) ? 0 : failures.blockedNanos(nanos.getAsLong());
            return left <= 0 ? 0 : TimeUnit.NANOSECONDS.toSeconds(left) + 1;
        } finally {
            lock.unlock();
        }
    }

    private static long digest(String hash) {
        return Long.parseUnsignedLong(hash, 0, HEX_DIGITS_OF_A_LONG, 16);
    }
}
