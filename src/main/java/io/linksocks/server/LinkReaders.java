package io.linksocks.server;

import io.linksocks.util.Threads;
import java.io.IOException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;

/**
 * The threads that read the links of a server. A message wakes a platform thread directly, but a virtual thread only through
 * a poller and a carrier. Because each platform thread has its own stack, only the first links get one.
 */
final class LinkReaders {
    /** Stacks of some 100 KiB each. */
    static final int PLATFORM_THREADS = 64;

    /** Reads a link until it ends. */
    @FunctionalInterface
    interface Reading {
        void run() throws IOException;
    }

    private final Semaphore platformThreads;

    /** @param platformThreads most links with a platform thread at a time; the calling thread reads any further one */
    LinkReaders(int platformThreads) {
        this.platformThreads = new Semaphore(platformThreads);
    }

    /**
     * Returns when the link has ended.
     *
     * @param peer the name of the link in a thread dump
     */
    void run(String peer, Reading reading) throws IOException {
        if (!platformThreads.tryAcquire()) {
            reading.run();
            return;
        }
        try {
            runOnPlatformThread(peer, reading);
        } finally {
            platformThreads.release();
        }
    }

    private static void runOnPlatformThread(String peer, Reading reading) throws IOException {
        FutureTask<Void> task = new FutureTask<>(() -> {
            reading.run();
            return null;
        });
        Thread reader = Thread.ofPlatform().daemon().name("link " + peer).start(task);
        Threads.join(reader);
        if (task.state() == FutureTask.State.FAILED) {
            rethrow(task.exceptionNow());
        }
    }

    private static void rethrow(Throwable failure) throws IOException {
        switch (failure) {
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw (Error) failure;
        }
    }
}
