package io.linksocks.proxy;

import io.linksocks.dial.DialCancellation;
import io.linksocks.util.Threads;
import io.linksocks.util.Watchdog;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Interrupts a thread that makes a connection for a client of a local port when the client leaves meanwhile. */
final class ClientWatch {
    /** Most connections are made before it is worth a thread. */
    private static final long DELAY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LocalClient client;
    private final DialCancellation cancellation = new DialCancellation();
    private final Runnable look = this::look;
    private final long began = System.nanoTime();
    /** Guards the next two, so that no watch begins after the end. */
    private final ReentrantLock lock = new ReentrantLock();
    private boolean watching;
    private boolean ended;

    /** Watches for the calling thread until {@link #end}. */
    ClientWatch(LocalClient client) {
        this.client = client;
        Watchdog.watch(look);
    }

    private void look() {
        if (System.nanoTime() - began < DELAY_NANOS) {
            return;
        }
        lock.lock();
        try {
            if (!watching && !ended) {
                watching = true;
                client.shareInput();
                Threads.start("client that waits", this::awaitEnd);
            }
        } finally {
            lock.unlock();
        }
    }

    /** A client that says something before it is answered is not watched any further. */
    private void awaitEnd() {
        try {
            if (client.peek() >= 0) {
                return;
            }
        } catch (IOException e) {
            System.getLogger(ClientWatch.class.getName()).log(System.Logger.Level.TRACE, "client left", e);
        }
        cancellation.cancel();
    }

    void end() {
        Watchdog.forget(look);
        lock.lock();
        try {
            ended = true;
        } finally {
            lock.unlock();
        }
        cancellation.close();
    }
}
