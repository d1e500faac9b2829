package io.linksocks.dial;

import java.util.concurrent.locks.ReentrantLock;

/** Lets other threads interrupt the thread that made this, while it dials. */
public final class DialCancellation implements AutoCloseable {
    /** Guards all below, so that the thread is not interrupted after it has dialled. */
    private final ReentrantLock lock = new ReentrantLock();
    private Thread dialling = Thread.currentThread();
    private boolean cancelled;

    /** Called by any thread; does nothing once this is closed. */
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

    /** Called by the thread that dials, at its end. */
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
