package io.linksocks.server;

import io.linksocks.util.Threads;
import java.io.IOException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;

/**
 * The threads that read the links of a server. For each message that arrives the kernel wakes a platform thread itself,
 * but for a virtual one first a poller and then a carrier. A platform thread takes a stack of its own, so only the links
 * that are there first get one.
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

    /** @param platformThreads how many links have a platform thread at a time; the calling thread reads further ones */
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
