package io.linksocks.session;

import io.linksocks.protocol.Message;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The state of a channel under one lock: its phase, what was received, and credit both ways.
 *
 * <pre>
 *                confirmed                Fin sent
 *   OPENING ───────────────▶ OPEN ───────────────────▶ LOCAL_CLOSED
 *      │                      │                             │
 *      │ Fin received         │ Fin received                │ Fin received
 *      ▼                      ▼           Fin sent          ▼
 *      └───────────────▶ REMOTE_CLOSED ─────────────────▶ CLOSED ◀── from every phase: refused, closed here or by the
 *                                                                    peer, evicted, silent for too long, end of session
 * </pre>
 *
 * <p>Fin may also be sent while OPENING (fast open). Entering CLOSED, and passing on the last of what was received, are the only
 * steps that release memory and window growth, both in {@link #settle}.
 */
final class ChannelState {
    enum Phase {
        OPENING, OPEN, LOCAL_CLOSED, REMOTE_CLOSED, CLOSED;

        boolean isHalfClosed() {
            return this == LOCAL_CLOSED || this == REMOTE_CLOSED;
        }
    }

    private final SessionLimits limits;
    private final SessionCounters counters;
    private final ChannelMemory memory;
    private final Runnable onClosed;
    /** Null without flow control, as is the next. */
    private final SendWindow sendWindow;
    private final ReceiveWindow receiveWindow;

    /** Guards all below, the windows and the inbox; nothing blocks while it is held. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Waited on by the sending thread for credit and by the opener for an answer; signalled when either comes, and at the end. */
    private final Condition writable = lock.newCondition();
    private final Inbox inbox;
    private Phase phase = Phase.OPENING;
    /** Whether it was ever open, which it may not be any more when the opener learns of it. */
    private boolean confirmed;
    private boolean answered;
    /** Why it is closed; null before. */
    private String reason;
    private long sentBytes;
    /** When this side sent something, or the phase changed, on the nanoTime scale. */
    private long lastActivity = System.nanoTime();

    /**
     * @param receiveWindow null when a full inbox holds up the link instead
     * @param onClosed called without the lock when it has closed, and again when what was left is discarded; must not block
     */
    ChannelState(SendWindow sendWindow, ReceiveWindow receiveWindow, SessionLimits limits, SessionCounters counters,
            ChannelMemory memory, Runnable onClosed) {
        this.sendWindow = sendWindow;
        this.receiveWindow = receiveWindow;
        this.limits = limits;
        this.counters = counters;
        this.memory = memory;
        this.onClosed = onClosed;
        this.inbox = new Inbox(lock, receiveWindow, limits, counters, memory);
    }

    Inbox inbox() {
        return inbox;
    }

    // --- opening -----------------------------------------------------------------------------------------------------

    /** The target is connected. */
    void confirm() {
        lock.lock();
        try {
            answered = true;
            if (phase != Phase.CLOSED) {
                confirmed = true;
                phase = phase == Phase.OPENING ? Phase.OPEN : phase;
                lastActivity = System.nanoTime();
                writable.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The dialling side has answered, one way or the other. */
    void answered() {
        lock.lock();
        try {
            answered = true;
        } finally {
            lock.unlock();
        }
    }

    boolean isAnswered() {
        lock.lock();
        try {
            return answered;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until it is confirmed. A target may have answered and closed before the one who waits awakes; its answer is still
     * to be taken then.
     *
     * @throws ChannelException when it was closed instead
     */
    void awaitConfirmation() throws ChannelException, InterruptedException {
        lock.lock();
        try {
            while (!confirmed && phase != Phase.CLOSED) {
                writable.await();
            }
            if (!confirmed) {
                throw new ChannelException(reason);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for it to be confirmed or closed; false when it is not in time, or the thread is interrupted. */
    boolean awaitAnswer(Duration timeout) {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (!confirmed && phase != Phase.CLOSED && left > 0) {
                left = writable.awaitNanos(left);
            }
            return confirmed || phase == Phase.CLOSED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    // --- sending -------------------------------------------------------------------------------------------------------

    /**
     * Waits for credit and takes so many bytes of it.
     *
     * @param bytes 0 to wait only
     * @throws ChannelException when the channel has closed
     */
    void takeCredit(int bytes) throws ChannelException {
        lock.lock();
        try {
            if (sendWindow != null && phase != Phase.CLOSED && !sendWindow.isOpen()) {
                awaitCredit();
            }
            if (phase == Phase.CLOSED) {
                throw new ChannelException(reason);
            }
            if (bytes > 0) {
                lastActivity = System.nanoTime();
                sentBytes += bytes;
                if (sendWindow != null) {
                    sendWindow.take(bytes);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void awaitCredit() throws ChannelException {
        counters.windowStalls.increment();
        try {
            while (phase != Phase.CLOSED && !sendWindow.isOpen()) {
                writable.await();
            }
        } catch (InterruptedException e) {
            throw ChannelException.interrupted();
        }
    }

    /** @return false when the peer grants more than the protocol allows */
    boolean grant(int bytes) {
        lock.lock();
        try {
            writable.signalAll();
            return sendWindow == null || sendWindow.grant(bytes);
        } finally {
            lock.unlock();
        }
    }

    /** This side has no more to send; false when that is known, or nothing can be sent. */
    boolean sendFin() {
        lock.lock();
        try {
            if (phase == Phase.LOCAL_CLOSED || phase == Phase.CLOSED) {
                return false;
            }
            lastActivity = System.nanoTime();
            if (phase != Phase.REMOTE_CLOSED) {
                phase = Phase.LOCAL_CLOSED;
                return true;
            }
            enterClosed("closed");
            settle();
        } finally {
            lock.unlock();
        }
        onClosed.run();
        return true;
    }

    // --- receiving -----------------------------------------------------------------------------------------------------

    /**
     * A message was passed on.
     *
     * @param roundTrip of the session in nanoseconds
     * @return credit to grant now; mostly 0
     */
    int consume(Message.Data data, long roundTrip) {
        lock.lock();
        try {
            int credit = inbox.release(data, roundTrip, System.nanoTime());
            settle();
            return credit;
        } finally {
            lock.unlock();
        }
    }

    /** Credit to grant in advance on a long link. */
    int widen(long roundTrip) {
        lock.lock();
        try {
            return receiveWindow == null || phase == Phase.CLOSED ? 0 : receiveWindow.widen(roundTrip);
        } finally {
            lock.unlock();
        }
    }

    /** The peer has no more to send. */
    void receiveFin() {
        Runnable callback;
        boolean closed;
        lock.lock();
        try {
            if (phase == Phase.CLOSED || phase == Phase.REMOTE_CLOSED) {
                return;
            }
            lastActivity = System.nanoTime();
            closed = phase == Phase.LOCAL_CLOSED;
            if (closed) {
                enterClosed("closed");
            } else {
                phase = Phase.REMOTE_CLOSED;
            }
            callback = inbox.end(null);
            settle();
        } finally {
            lock.unlock();
        }
        Inbox.call(callback);
        if (closed) {
            onClosed.run();
        }
    }

    /** Nobody wants what has come or will come. */
    void dropInput() {
        Runnable callback;
        lock.lock();
        try {
            callback = inbox.drop();
            settle();
        } finally {
            lock.unlock();
        }
        Inbox.call(callback);
    }

    // --- ending --------------------------------------------------------------------------------------------------------

    /**
     * Ends both directions.
     *
     * @param why what those are told who still want to send
     * @param error why the input breaks off, at once; null when what was received shall still be taken
     * @return false when both had ended before
     */
    boolean close(String why, String error) {
        return close(why, () -> inbox.end(error));
    }

    /** The same by the peer's word, who has sent before what was received: it breaks off behind that. */
    boolean disconnect(String why, String error) {
        return close(why, () -> inbox.endBehindQueue(error));
    }

    private boolean close(String why, Supplier<Runnable> endInput) {
        Runnable callback;
        lock.lock();
        try {
            if (phase == Phase.CLOSED) {
                return false;
            }
            enterClosed(why);
            callback = endInput.get();
            settle();
        } finally {
            lock.unlock();
        }
        Inbox.call(callback);
        onClosed.run();
        return true;
    }

    /** The same, also for what was received before an orderly end. */
    boolean discard(String why, String error) {
        Runnable callback;
        boolean first;
        lock.lock();
        try {
            first = phase != Phase.CLOSED;
            if (first) {
                enterClosed(why);
            }
            callback = error == null ? inbox.drop() : inbox.end(error);
            settle();
        } finally {
            lock.unlock();
        }
        Inbox.call(callback);
        onClosed.run();
        return first;
    }

    private void enterClosed(String why) {
        phase = Phase.CLOSED;
        reason = why;
        writable.signalAll();
    }

    /** Releases what a closed channel holds once there is nothing left to pass on. */
    private void settle() {
        if (phase == Phase.CLOSED && inbox.isDrained()) {
            memory.close();
            if (receiveWindow != null) {
                receiveWindow.release();
            }
        }
    }

    // --- what it is ------------------------------------------------------------------------------------------------------

    boolean isClosed() {
        lock.lock();
        try {
            return phase == Phase.CLOSED;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes that were sent so far. */
    long sentBytes() {
        lock.lock();
        try {
            return sentBytes;
        } finally {
            lock.unlock();
        }
    }

    /** Nanoseconds since anything was sent, received or passed on. */
    long idleNanos() {
        lock.lock();
        try {
            long now = System.nanoTime();
            return Math.min(now - lastActivity, now - inbox.lastActivity());
        } finally {
            lock.unlock();
        }
    }

    /** How long nothing may move in this phase. */
    Duration idleLimit() {
        lock.lock();
        try {
            return phase.isHalfClosed() ? limits.halfClosed() : limits.idle();
        } finally {
            lock.unlock();
        }
    }

    boolean isHalfClosed() {
        lock.lock();
        try {
            return phase.isHalfClosed();
        } finally {
            lock.unlock();
        }
    }
}
