package io.linksocks.session;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The sending half of a {@link ChannelState}: waits for the peer's credit (docs/protocol-extensions.md, section 4) and for
 * a turn at a limited rate, and counts what was sent.
 */
final class SendWindow {
    /** The credit of a channel without flow control. */
    static final long UNLIMITED = Long.MAX_VALUE;

    private final long initial;
    private final RateLimit rate;
    private final RateLimit.Gate gate;
    private final SessionCounters counters;

    /** The channel's lock; guards all below. Not held while anything blocks. */
    private final ReentrantLock lock;
    /** Awaited by the sending thread; signalled when credit arrives and at the end. */
    private final Condition granted;
    private long credit;
    private long sent;
    /** Bytes of what was sent that the peer has granted again. */
    private long confirmed;
    /** Bytes that were counted as taken. */
    private long counted;
    private long lastActivity = System.nanoTime();
    /** Why nothing more is sent; null before. */
    private String end;

    /** @param initial credit */
    SendWindow(ReentrantLock lock, long initial, RateLimit rate, SessionCounters counters) {
        this.lock = lock;
        this.granted = lock.newCondition();
        this.initial = initial;
        this.credit = initial;
        this.rate = rate;
        this.gate = rate.new Gate();
        this.counters = counters;
    }

    // --- methods that take the lock -----------------------------------------------------------------------------------

    /**
     * Waits for credit and takes some of it. One byte of credit is enough, so a window may be smaller than a message.
     *
     * @param bytes to take; 0 only waits
     * @throws ChannelException when the channel has closed
     */
    void take(int bytes) throws ChannelException {
        if (bytes > 0) {
            gate.pass(bytes);
        }
        lock.lock();
        try {
            if (end == null && credit <= 0) {
                awaitCredit();
            }
            if (end != null) {
                throw new ChannelException(end);
            }
            if (bytes > 0) {
                use(bytes);
            }
        } finally {
            lock.unlock();
        }
    }

    private void awaitCredit() throws ChannelException {
        counters.windowStalls.increment();
        try {
            while (end == null && credit <= 0) {
                granted.await();
            }
        } catch (InterruptedException e) {
            throw ChannelException.interrupted();
        }
    }

    /** Whether {@link #take} would not wait. */
    boolean isOpen() {
        if (!rate.hasRoom()) {
            return false;
        }
        lock.lock();
        try {
            return end == null && credit > 0;
        } finally {
            lock.unlock();
        }
    }

    /** Takes credit for a message that was sent while {@link #isOpen}. */
    void spend(int bytes) {
        rate.spend(bytes);
        lock.lock();
        try {
            use(bytes);
        } finally {
            lock.unlock();
        }
    }

    private void use(int bytes) {
        lastActivity = System.nanoTime();
        credit -= bytes;
        sent += bytes;
        countTaken();
    }

    /**
     * Counts what the peer's consumer has taken, as far as credit tells: too much by an initial window at most, and by what
     * it consumed quickly while the window grew. Credit for more than was sent widens the window and confirms nothing.
     */
    private void countTaken() {
        count(Math.min(sent, confirmed + initial));
    }

    private void count(long taken) {
        if (taken > counted) {
            counters.takenBytes.add(taken - counted);
            counted = taken;
        }
    }

    /** @return false when the peer grants more than the protocol allows */
    boolean grant(int bytes) {
        lock.lock();
        try {
            if (initial == UNLIMITED) {
                return true;
            }
            credit += bytes;
            confirmed = Math.min(sent, confirmed + bytes);
            countTaken();
            granted.signalAll();
            return credit <= Integer.MAX_VALUE;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes sent so far. */
    long sentBytes() {
        lock.lock();
        try {
            return sent;
        } finally {
            lock.unlock();
        }
    }

    // --- methods that ChannelState calls with the lock held ------------------------------------------------------------

    /** Refuses to send from now on; waiting threads get the reason. */
    void end(String why) {
        end = why;
        granted.signalAll();
        gate.open();
    }

    /** Counts everything as taken, because both directions have ended in good order. */
    void countAll() {
        count(sent);
    }

    /** When something was last sent, on the nanoTime scale. */
    long lastActivity() {
        return lastActivity;
    }
}
