package io.linksocks.session;

import io.linksocks.util.Threads;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.function.LongSupplier;

/** The time for which a detached session waits to be resumed. Guarded by the session, except {@link #elapsed}. */
final class GracePeriod {
    private final Duration length;
    private final LongSupplier clock;
    /** On the nanoTime scale; null while attached. */
    private volatile Long startedAt;
    private ScheduledFuture<?> expiry;

    /** @param clock in nanoseconds */
    GracePeriod(Duration length, LongSupplier clock) {
        this.length = length;
        this.clock = clock;
    }

    /**
     * @param onExpiry runs on a thread of its own when the time is over, unless {@link #cancel} is called before; the session
     *     may have been resumed until it gets its lock, so it asks {@link #isOver}
     */
    void start(Runnable onExpiry) {
        startedAt = clock.getAsLong();
        expiry = Threads.later(length, () -> Threads.start("end of session", onExpiry));
    }

    /** Whether the session has been detached for so long. */
    boolean isOver() {
        return startedAt != null && elapsed().compareTo(length) >= 0;
    }

    /** Stops the time, because the session was resumed. */
    void reset() {
        cancel();
        startedAt = null;
    }

    void cancel() {
        if (expiry != null) {
            expiry.cancel(false);
        }
    }

    /** The time since the start; zero when not started. */
    Duration elapsed() {
        Long since = startedAt;
        return since == null ? Duration.ZERO : Duration.ofNanos(clock.getAsLong() - since);
    }
}
