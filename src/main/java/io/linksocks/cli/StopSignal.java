package io.linksocks.cli;

import io.linksocks.util.Threads;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;

/**
 * Turns SIGINT and SIGTERM into an orderly end with exit code 0.
 *
 * <p>The JVM answers both signals by running its shutdown hooks and then exits with 128 plus the number of the signal,
 * whatever the program did meanwhile, and no supported API handles signals themselves. The supported way to choose the
 * code is a hook that ends with {@link Runtime#halt}. Halting skips other hooks, of which this program has none;
 * standard output is not buffered, and the log is flushed first.
 */
final class StopSignal implements AutoCloseable {
    /** The documented limit is two seconds, on a busy machine too; peers that don't answer the close are abandoned. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final Duration FOREVER = Duration.ofDays(100_000);

    private static final System.Logger LOG = System.getLogger(StopSignal.class.getName());

    private final Deque<AutoCloseable> services = new ConcurrentLinkedDeque<>();
    private final Thread hook = new Thread(this::stop, "stop-signal");

    private StopSignal() {}

    /** Makes a signal end the process in order from now on. */
    static StopSignal expect() {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    /** Adds what to close before the others when the signal comes. */
    void first(AutoCloseable service) {
        services.addFirst(service);
    }

    /** Makes the first SIGTERM run a job before the process ends; a second one ends it at once. */
    void drainFirst(Runnable drain) {
        CaughtSignal terminate = CaughtSignal.expect("TERM");
        terminate.report("no draining on SIGTERM here");
        Threads.start("drain", () -> {
            try (terminate) {
                terminate.await(FOREVER);
            } catch (InterruptedException e) {
                return;
            }
            drain.run();
            Runtime.getRuntime().exit(ExitCode.OK);
        });
    }

    /** Waits for the signal and therefore never returns normally. */
    void await() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    private void stop() {
        try {
            Threads.start("stop", this::closeAll).join(GRACE);
        } catch (InterruptedException e) {
            LOG.log(System.Logger.Level.DEBUG, "stopped without waiting", e);
        }
        LogHandler.flushAll();
        Runtime.getRuntime().halt(ExitCode.OK);
    }

    private void closeAll() {
        for (AutoCloseable service : services) {
            try {
                service.close();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.DEBUG, "not closed in order", e);
            }
        }
    }

    /** Removes the hook: the command ended by itself, with its own exit code. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the signal came first: the hook runs already and will end the process
            LOG.log(System.Logger.Level.DEBUG, "already stopping", e);
        }
    }
}
