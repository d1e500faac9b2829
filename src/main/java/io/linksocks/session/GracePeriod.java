package io.linksocks.session;

import io.linksocks.util.Threads;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;

/** The time for which a detached session waits to be resumed. Guarded by the session, except {@link #elapsed}. */
final class GracePeriod {
    private final Duration length;
    /** On the nanoTime scale; null while attached. */
    private volatile Long startedAt;
    private ScheduledFuture<?> expiry;

    GracePeriod(Duration length) {
        this.length = length;
    }

    /** @param onExpiry runs on a thread of its own when the time is over, unless {@link #cancel} is called before */
    void start(Runnable onExpiry) {
        startedAt = System.nanoTime();
        expiry = Threads.later(length, () -> Threads.start("end of session", onExpiry));
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
        return since == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
    }
}
