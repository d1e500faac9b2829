package io.linksocks.dial;

import java.util.concurrent.locks.ReentrantLock;

/** Interrupts a thread that dials, as long as it does. */
public final class DialCancellation implements AutoCloseable {
    /** Guards the next, so that the thread is not interrupted once it does something else. */
    private final ReentrantLock lock = new ReentrantLock();
    private Thread dialling = Thread.currentThread();
    private boolean cancelled;

    /** Called from anywhere; without effect when the thread has closed this. */
    public void cancel() {
        lock.lock();
        try {
            if (dialling != null) {
                cancelled = true;
                dialling.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    public boolean isCancelled() {
        lock.lock();
        try {
            return cancelled;
        } finally {
            lock.unlock();
        }
    }

    /** Called by the thread when it has dialled. */
    @Override
    public void close() {
        lock.lock();
        try {
            dialling = null;
            if (cancelled) {
                Thread.interrupted();
            }
        } finally {
            lock.unlock();
        }
    }
}
