package io.linksocks.util;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A job that a thread of its own runs again and again. A run that fails is reported like an uncaught error and ends nothing. */
public final class PeriodicJob implements AutoCloseable {
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    /**
     * Starts the thread.
     *
     * @param name of the thread
     * @param pause before each run
     * @param job may block
     */
    public PeriodicJob(String name, Duration pause, Runnable job) {
        thread = Threads.start(name, () -> run(pause, job));
    }

    private void run(Duration pause, Runnable job) {
        try {
            while (!stopped.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                Threads.runReporting(job);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts no further run, and does not wait for the one under way. */
    public void stop() {
        stopped.countDown();
    }

    /** Starts no further run, and waits for the one under way. */
    @Override
    public void close() {
        stop();
        Threads.join(thread);
    }
}
