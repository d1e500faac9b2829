package io.linksocks.util;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A limit for something that nearly always ends in time. It has the accuracy of the {@link Watchdog}, and costs less than
 * a timed wait or a timer of its own.
 */
public final class TimeLimit implements AutoCloseable {
    private final long deadline;
    private final Runnable stop;
    private final Runnable look = this::look;
    private final AtomicBoolean settled = new AtomicBoolean();
    private volatile boolean exceeded;

    /** @param stop called when the time is over, unless this was closed before; must neither block nor fail */
    public TimeLimit(Duration time, Runnable stop) {
        this.deadline = System.nanoTime() + time.toNanos();
        this.stop = stop;
        Watchdog.watch(look);
    }

    private void look() {
        if (System.nanoTime() - deadline >= 0 && settled.compareAndSet(false, true)) {
            exceeded = true;
            stop.run();
        }
    }

    /** Whether the time was over before this was closed; final once it is. */
    public boolean isExceeded() {
        return exceeded;
    }

    /** Lifts the limit. */
    @Override
    public void close() {
        settled.set(true);
        Watchdog.forget(look);
    }
}
