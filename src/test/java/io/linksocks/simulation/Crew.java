package io.linksocks.simulation;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** All threads that a run has started itself, for none may be left. */
final class Crew {
    private final String name;
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

    Crew(String name) {
        this.name = name;
    }

    void start(String job, Runnable work) {
        threads.add(Thread.ofVirtual().name(name + " " + job).start(work));
    }

    /** Waits for all; false when one does not come to its end. */
    boolean join(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        for (Thread thread = threads.poll(); thread != null; thread = threads.poll()) {
            if (!thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
                return false;
            }
        }
        return true;
    }
}
