package io.linksocks.simulation;

import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Runs the virtual threads of one simulation, one at a time; at every step the seed decides who goes on. A virtual thread that
 * another one starts has the same scheduler. What remains to chance is when time has passed, above all for an acknowledgement
 * that waits its 25 ms.
 *
 * <p>The JDK has this for its own tests only, so a run needs {@code --add-opens java.base/java.lang=ALL-UNNAMED}.
 */
final class SeededScheduler implements Executor {
    private static final ExecutorService CARRIERS = Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(), Thread.ofPlatform().name("carrier ", 0).daemon().factory());

    /** Guards all below; held only for a moment, because whoever unparks a thread is pinned meanwhile. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Random random;
    private final List<Runnable> ready = new ArrayList<>();
    private boolean running;

    SeededScheduler(long seed) {
        random = new Random(seed);
    }

    Thread.Builder.OfVirtual threads() {
        try {
            Constructor<?> constructor =
                    Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder").getDeclaredConstructor(Executor.class);
            constructor.setAccessible(true);
            return (Thread.Builder.OfVirtual) constructor.newInstance(this);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK does not let a test schedule virtual threads", e);
        }
    }

    @Override
    public void execute(Runnable step) {
        boolean idle;
        lock.lock();
        try {
            ready.add(step);
            idle = !running;
            running = true;
        } finally {
            lock.unlock();
        }
        if (idle) {
            CARRIERS.execute(this::runAll);
        }
    }

    private void runAll() {
        for (Runnable step = next(); step != null; step = next()) {
            step.run();
        }
    }

    /** Null when nobody can go on; who can later, comes with {@link #execute}. */
    private Runnable next() {
        lock.lock();
        try {
            running = !ready.isEmpty();
            if (!running) {
                return null;
            }
            int chosen = random.nextInt(ready.size());
            Runnable last = ready.removeLast();
            return chosen == ready.size() ? last : ready.set(chosen, last);
        } finally {
            lock.unlock();
        }
    }
}
