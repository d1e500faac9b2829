package io.linksocks.server;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;

import io.linksocks.util.Threads;
import io.linksocks.util.TimeText;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Opens the ports of a token, and retries at growing intervals while another program has one of them. */
final class PortOpener {
    private static final System.Logger LOG = System.getLogger(PortOpener.class.getName());
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    /** Doubled so often, the pause is about a minute. */
    private static final int MAX_DOUBLINGS = 6;

    /** Opens them unless they are open or closed for good. */
    @FunctionalInterface
    interface Opening {
        void open() throws IOException;
    }

    private final Supplier<String> name;
    private final Opening opening;
    private final BiConsumer<Duration, Runnable> timer;

    /** Guards all below. */
    private final ReentrantLock lock = new ReentrantLock();
    private int failures;
    private boolean waiting;
    private boolean closed;

    /** @param name of the token, for the log */
    PortOpener(Supplier<String> name, Opening opening) {
        this(name, opening, (pause, job) -> Threads.later(pause, () -> Threads.start("socks port", job)));
    }

    /** @param timer runs a job on a thread of its own after a pause */
    PortOpener(Supplier<String> name, Opening opening, BiConsumer<Duration, Runnable> timer) {
        this.name = name;
        this.opening = opening;
        this.timer = timer;
    }

    /** Opens the ports; a failure is logged, and the attempt repeated until it succeeds. */
    void open() {
        try {
            opening.open();
            succeed();
        } catch (IOException e) {
            fail(e);
        }
    }

    /** Whether the last attempt failed. */
    boolean hasFailed() {
        lock.lock();
        try {
            return failures > 0;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the attempts. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    private void succeed() {
        lock.lock();
        try {
            failures = 0;
        } finally {
            lock.unlock();
        }
    }

    private void fail(IOException e) {
        int attempts;
        lock.lock();
        try {
            if (closed || waiting) {
                return;
            }
            waiting = true;
            attempts = ++failures;
        } finally {
            lock.unlock();
        }
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts - 1, MAX_DOUBLINGS));
        // The first, second, fourth and so on, so a port that stays busy doesn't fill the log.
        LOG.log(Integer.bitCount(attempts) == 1 ? ERROR : DEBUG,
                () -> name.get() + ": " + e.getMessage() + "; next attempt in " + TimeText.of(pause));
        timer.accept(pause, this::retry);
    }

    private void retry() {
        lock.lock();
        try {
            waiting = false;
            if (closed) {
                return;
            }
        } finally {
            lock.unlock();
        }
        open();
    }
}
