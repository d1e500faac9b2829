package io.linksocks.session;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Where a channel is on its way from Connect to its end, which comes once, by whatever comes first. */
final class ChannelStage {
    /** Guards all below; nothing blocks while it is held. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Waited on by the opener for an answer; signalled by whoever opens or closes. */
    private final Condition changed = lock.newCondition();
    private boolean opened;
    private boolean closed;
    private String reason;
    private boolean sentFin;
    private boolean gotFin;

    /** The target is connected. */
    void open() {
        lock.lock();
        try {
            opened |= !closed;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Both directions end; false when they had before. */
    boolean close(String why) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            closed = true;
            reason = why;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** This side has no more to send; false when that is known, or nothing can be sent. */
    boolean sendFin() {
        lock.lock();
        try {
            boolean first = !closed && !sentFin;
            sentFin |= first;
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** The peer has no more to send. */
    void receiveFin() {
        lock.lock();
        try {
            gotFin = true;
        } finally {
            lock.unlock();
        }
    }

    /** Closes if no side has more to send; whether it did. */
    boolean closeAfterBothFins() {
        lock.lock();
        try {
            return sentFin && gotFin && close("closed");
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    void refuseAfterEnd() throws ChannelException {
        lock.lock();
        try {
            if (closed) {
                throw new ChannelException(reason);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until it opens. A target may have answered and closed before the one who waits awakes; its answer is still to be
     * taken then.
     *
     * @throws ChannelException when it was closed instead
     */
    void awaitOpening() throws ChannelException, InterruptedException {
        lock.lock();
        try {
            while (!opened && !closed) {
                changed.await();
            }
            if (!opened) {
                throw new ChannelException(reason);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for it to open or to close; false when it does not in time, or the thread is interrupted. */
    boolean awaitAnswer(Duration patience) {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (!opened && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return opened || closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
