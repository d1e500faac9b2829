package io.linksocks.relay;

import io.linksocks.dial.DialCancellation;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who wants a channel, and may leave before it is confirmed: then whatever a thread waits for on its behalf ends at once. A
 * thread that has asked for a channel is not interrupted, the channel is closed instead: an interrupt could meet a write to the
 * link, and would close the socket that all channels of the session share.
 */
public class Claimant {
    private final Object origin;
    /** Guards all below. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Each ends a wait that is under way. */
    private final List<Runnable> ends = new ArrayList<>(1);
    private boolean left;

    /** @param origin equal for channels that a sticky token keeps together; null for none */
    public Claimant(Object origin) {
        this.origin = origin;
    }

    Object origin() {
        return origin;
    }

    /** A wait for something that the claimant needs. */
    @FunctionalInterface
    public interface Wait<T> {
        T run() throws IOException;
    }

    /** The channel that asks for this one, whose session pays for both; null when there is none. */
    protected Channel onBehalfOf() {
        return null;
    }

    /** This one has been asked for; an exception ends the matter. */
    protected void opened(Channel channel) throws ChannelException {}

    /** That one came to nothing; false when it has had data, which can't be had again for another. */
    protected boolean withdraws() {
        return true;
    }

    /** Ends all waits, those under way and later ones. Called by any thread; does not block. */
    public final void leave() {
        List<Runnable> underWay;
        lock.lock();
        try {
            left = true;
            underWay = List.copyOf(ends);
        } finally {
            lock.unlock();
        }
        underWay.forEach(Runnable::run);
    }

    /** Waits for an address or a session; interrupted when the claimant leaves, so it must not send to a link. */
    public final <T> T interruptibly(Wait<T> wait) throws IOException {
        try (DialCancellation cancellation = new DialCancellation()) {
            return endedBy(cancellation::cancel, wait);
        }
    }

    /**
     * Waits.
     *
     * @param end called by the thread that lets the claimant leave; must not block
     */
    final <T> T endedBy(Runnable end, Wait<T> wait) throws IOException {
        begin(end);
        try {
            return wait.run();
        } finally {
            finish(end);
        }
    }

    private void begin(Runnable end) throws InterruptedIOException {
        lock.lock();
        try {
            if (left) {
                throw new InterruptedIOException("no longer wanted");
            }
            ends.add(end);
        } finally {
            lock.unlock();
        }
    }

    private void finish(Runnable end) {
        lock.lock();
        try {
            ends.remove(end);
        } finally {
            lock.unlock();
        }
    }
}
