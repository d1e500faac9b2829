package io.linksocks.util;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Starts named virtual threads, so that a thread dump reads like a list of jobs. */
public final class Threads {
    private static final System.Logger LOG = System.getLogger(Threads.class.getName());
    private static final ScheduledThreadPoolExecutor TIMER = timer();
    private static final LongAdder RUNNING = new LongAdder();

    private Threads() {}

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(1, shared().name("timer").factory());
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** For daemon threads that all tunnels share; their log lines have no tunnel's name. */
    public static Thread.Builder.OfPlatform shared() {
        return Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false);
    }

    /** Starts a virtual thread. */
    public static Thread start(String name, Runnable job) {
        return virtual(name).start(new Counted(job));
    }

    private record Counted(Runnable job) implements Runnable {
        @Override
        public void run() {
            RUNNING.increment();
            try {
                job.run();
            } finally {
                RUNNING.decrement();
            }
        }
    }

    /** The number of virtual threads that were started here and have not ended. */
    public static long running() {
        return RUNNING.sum();
    }

    private static Thread.Builder virtual(String name) {
        return Thread.ofVirtual().name(name).uncaughtExceptionHandler(Threads::onUncaught);
    }

    /** The application's default handler decides, as for any of its threads; without one the error is logged. */
    static void onUncaught(Thread thread, Throwable error) {
        Thread.UncaughtExceptionHandler application = Thread.getDefaultUncaughtExceptionHandler();
        if (application != null) {
            application.uncaughtException(thread, error);
        } else {
            LOG.log(System.Logger.Level.ERROR, "thread \"" + thread.getName() + "\" failed", error);
        }
    }

    /**
     * Handles the {@link Error} that caused a failure, if one did, like an uncaught error: for futures and callbacks, and for
     * code that goes on after an exception in which the JDK may have wrapped one.
     *
     * @param failure may be null
     */
    public static void reportError(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Error) {
                onUncaught(Thread.currentThread(), cause);
                return;
            }
        }
    }

    /** An executor that gives every task a virtual thread of this name. */
    public static ExecutorService perTask(String name) {
        ThreadFactory factory = virtual(name).factory();
        return Executors.newThreadPerTaskExecutor(job -> factory.newThread(new Counted(job)));
    }

    /** Waits for the end of a thread, if it is not null. */
    public static void join(Thread thread) {
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Runs a job after a delay unless it is cancelled before. All such jobs share a thread, so it must be quick. Whatever it
     * throws is handled like an uncaught error, which a future would hold unseen.
     */
    public static ScheduledFuture<?> later(Duration delay, Runnable job) {
        Runnable kept = LogName.keptBy(job);
        return TIMER.schedule(() -> runReporting(kept), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Runs a job on a thread on which others depend. */
    static void runReporting(Runnable job) {
        try {
            job.run();
        } catch (RuntimeException | Error e) {
            onUncaught(Thread.currentThread(), e);
        }
    }
}
