package io.linksocks.client;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Decides which failed attempts are logged: a new fault of a server or token at once, the same one again at growing
 * intervals.
 */
final class FaultLog {
    private static final long FIRST_INTERVAL = Duration.ofMinutes(1).toNanos();
    private static final long LONGEST_INTERVAL = Duration.ofHours(1).toNanos();

    private final LongSupplier nanos;
    /** Guards the faults. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Object, Fault> faults = new HashMap<>();

    /** The fault of one subject: when it was last logged, for how long it is not again, and how often it came since. */
    private record Fault(String text, long loggedAt, long interval, long unsaid) {}

    /** @param nanos the time, as {@link System#nanoTime} */
    FaultLog(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Returns the line to log; null when this fault was logged lately.
     *
     * @param subject what has the fault: the address of a server, or a token
     */
    String line(Object subject, String text) {
        lock.lock();
        try {
            long now = nanos.getAsLong();
            Fault last = faults.get(subject);
            if (last == null || !last.text().equals(text)) {
                faults.put(subject, new Fault(text, now, FIRST_INTERVAL, 0));
                return text;
            }
            if (now - last.loggedAt() < last.interval()) {
                faults.put(subject, new Fault(text, last.loggedAt(), last.interval(), last.unsaid() + 1));
                return null;
            }
            faults.put(subject, new Fault(text, now, Math.min(2 * last.interval(), LONGEST_INTERVAL), 0));
            return text + " (attempt " + (last.unsaid() + 1) + " since the last such line)";
        } finally {
            lock.unlock();
        }
    }

    /** Forgets the fault of a server that was reached, or of a token that was accepted. */
    void clear(Object subject) {
        lock.lock();
        try {
            faults.remove(subject);
        } finally {
            lock.unlock();
        }
    }
}
