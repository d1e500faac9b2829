package io.linksocks.util;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/** Where threads come from: named virtual threads, so that a thread dump reads like a list of jobs. */
public final class Threads {
    private static final System.Logger LOG = System.getLogger(Threads.class.getName());
    private static final RareWarning OUT_OF_MEMORY = new RareWarning(LOG);
    /** So long others have to give memory back before it is asked for again. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final ScheduledThreadPoolExecutor TIMER = timer();
    private static final LongAdder RUNNING = new LongAdder();

    static {
        // Once while there is memory: to look up what is called for the first time takes some.
        boolean virtual = Thread.currentThread().isVirtual();
        pause(virtual, 1);
        pause(!virtual, 1);
    }

    private Threads() {}

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(1, shared().name("timer").factory());
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** For daemons that work for everybody, and so in nobody's name. */
    public static Thread.Builder.OfPlatform shared() {
        return Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false);
    }

    /** Starts a virtual thread. */
    public static Thread start(String name, Runnable job) {
        return virtual(name).start(() -> run(job));
    }

    /** Starts a virtual thread whose job nobody would do in its place, and {@linkplain #insist(Runnable) insists} on it. */
    public static Thread startInsistent(String name, Runnable job) {
        return start(name, () -> insist(job));
    }

    private static void run(Runnable job) {
        RUNNING.increment();
        try {
            job.run();
        } finally {
            RUNNING.decrement();
        }
    }

    /** Virtual threads that were started here and have not ended. */
    public static long running() {
        return RUNNING.sum();
    }

    private static Thread.Builder virtual(String name) {
        return Thread.ofVirtual().name(name).uncaughtExceptionHandler(Threads::onUncaught);
    }

    /** The application's default handler decides, as for any of its threads; without one the error is logged. */
    private static void onUncaught(Thread thread, Throwable error) {
        Thread.UncaughtExceptionHandler application = Thread.getDefaultUncaughtExceptionHandler();
        if (application != null) {
            application.uncaughtException(thread, error);
        } else {
            LOG.log(System.Logger.Level.ERROR, "thread \"" + thread.getName() + "\" failed", error);
        }
    }

    /**
     * Reports the {@link Error} that made somebody else's code fail, if it was one, as if its thread had not caught it.
     *
     * @param failure what a future or a callback was told; may be null
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
        return Executors.newThreadPerTaskExecutor(job -> factory.newThread(() -> run(job)));
    }

    /** Waits for the end of a thread; null has ended already. */
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

    private static void runReporting(Runnable job) {
        try {
            job.run();
        } catch (RuntimeException | Error e) {
            onUncaught(Thread.currentThread(), e);
        }
    }

    /**
     * Runs a job that others depend on, again and again as long as it runs out of memory, for that passes.
     *
     * @param job may find some of its work done
     */
    public static void insist(Runnable job) {
        insist((run, nothing) -> run.run(), job, null);
    }

    /** The same without an object for what the job is about: there may be no memory for one. */
    public static <T, U> void insist(BiConsumer<T, U> job, T first, U second) {
        for (boolean again = false; !runsThrough(job, first, second, again); again = true) {
            pause(Thread.currentThread().isVirtual(), PAUSE_NANOS);
        }
    }

    private static <T, U> boolean runsThrough(BiConsumer<T, U> job, T first, U second, boolean again) {
        try {
            if (again) {
                OUT_OF_MEMORY.warn("out of memory: trying on; more is given by java -Xmx");
            }
            job.accept(first, second);
            return true;
        } catch (OutOfMemoryError e) {
            return false;
        }
    }

    /** A virtual thread only yields: one that waits for a time is never woken when the JDK has no memory for the timer. */
    private static void pause(boolean virtual, long nanos) {
        if (!virtual) {
            LockSupport.parkNanos(nanos);
            return;
        }
        long began = System.nanoTime();
        do {
            yieldIfPossible();
        } while (System.nanoTime() - began < nanos);
    }

    private static void yieldIfPossible() {
        try {
            Thread.yield();
        } catch (OutOfMemoryError e) {
            // The stack has nowhere to go, so the thread stays where it is.
            Thread.onSpinWait();
        }
    }
}
