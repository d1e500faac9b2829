package io.linksocks.session;

import io.linksocks.protocol.Slice;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One direction of a {@link MemoryLink}. */
final class MemoryPipe {
    private final int capacity;

    /** Guards all below. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Waited on by both ends; signalled on every change, for tests need not be fast. */
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Slice> onTheWay = new ArrayDeque<>();
    private boolean frozen;
    private boolean isolated;
    private boolean swallowing;
    /** The sending end is gone, and the failure says how; null is a goodbye. */
    private boolean ended;
    private IOException failure;
    /** The receiving end is gone. */
    private boolean abandoned;

    MemoryPipe(int capacity) {
        this.capacity = capacity;
    }

    void put(Slice message, boolean delivered) throws IOException {
        lock.lock();
        try {
            while (onTheWay.size() >= capacity && !abandoned && !ended && !swallowing) {
                changed.await();
            }
            if (ended || abandoned && !swallowing) {
                throw new IOException("connection lost while sending");
            }
            if (delivered && !swallowing) {
                onTheWay.add(message);
                changed.signalAll();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@link #put} would not wait. */
    boolean hasRoom() {
        lock.lock();
        try {
            return onTheWay.size() < capacity;
        } finally {
            lock.unlock();
        }
    }

    Slice take() throws IOException {
        lock.lock();
        try {
            while (!abandoned && (isolated || frozen || onTheWay.isEmpty() && !ended)) {
                changed.await();
            }
            if (abandoned) {
                throw new IOException("link was aborted");
            }
            Slice next = onTheWay.poll();
            changed.signalAll();
            if (next == null && failure != null) {
                throw failure;
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    void freeze(boolean value) {
        change(() -> frozen = value);
    }

    void lose() {
        change(onTheWay::clear);
    }

    void isolate() {
        change(() -> isolated = true);
    }

    void swallow() {
        change(() -> swallowing = true);
    }

    void abandon() {
        change(() -> abandoned = true);
    }

    void end(IOException cause) {
        change(() -> {
            if (!ended) {
                ended = true;
                failure = cause;
            }
        });
    }

    private void change(Runnable step) {
        lock.lock();
        try {
            step.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
