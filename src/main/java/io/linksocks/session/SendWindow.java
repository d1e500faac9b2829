package io.linksocks.session;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Credit of one channel towards the peer (docs/protocol-extensions.md, section 4). */
final class SendWindow {
    /** Guards all below. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Waited on by the sending thread; signalled when credit arrives or the channel ends. */
    private final Condition granted = lock.newCondition();
    private long credit;
    private boolean closed;

    SendWindow(long initial) {
        this.credit = initial;
    }

    /**
     * Waits for credit and takes so many bytes of it. The last message may overdraw it, so that a window need not be larger
     * than a message.
     *
     * @return whether it had to wait
     * @throws ChannelException when the channel ended meanwhile
     */
    boolean take(int bytes) throws ChannelException {
        lock.lock();
        try {
            boolean waited = false;
            while (credit <= 0 && !closed) {
                waited = true;
                granted.await();
            }
            if (closed) {
                throw new ChannelException("channel closed");
            }
            credit -= bytes;
            return waited;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChannelException("interrupted");
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until {@link #take} would not have to.
     *
     * @return whether it had to wait
     * @throws ChannelException when the channel ended meanwhile
     */
    boolean await() throws ChannelException {
        return take(0);
    }

    /** @return false when the peer grants more than the protocol allows */
    boolean grant(long bytes) {
        lock.lock();
        try {
            credit += bytes;
            granted.signal();
            return credit <= Integer.MAX_VALUE;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            granted.signal();
        } finally {
            lock.unlock();
        }
    }
}
