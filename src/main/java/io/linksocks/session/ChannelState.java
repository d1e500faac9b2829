package io.linksocks.session;

import io.linksocks.protocol.Message;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The state of a channel under one lock: its {@linkplain ChannelPhase phase}, its {@link Inbox}, and credit both ways.
 *
 * <p>Memory and window growth are released in {@link #settle} alone, once the channel has closed and nothing that it received
 * is left to pass on.
 */
final class ChannelState {
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
    private ChannelPhase phase = ChannelPhase.OPENING;
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
            if (phase != ChannelPhase.CLOSED) {
                confirmed = true;
                phase = phase.afterConfirmation();
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
            while (!confirmed && phase != ChannelPhase.CLOSED) {
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
            while (!confirmed && phase != ChannelPhase.CLOSED && left > 0) {
                left = writable.awaitNanos(left);
            }
            return confirmed || phase == ChannelPhase.CLOSED;
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
            if (sendWindow != null && phase != ChannelPhase.CLOSED && !sendWindow.isOpen()) {
                awaitCredit();
            }
            if (phase == ChannelPhase.CLOSED) {
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
            while (phase != ChannelPhase.CLOSED && !sendWindow.isOpen()) {
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

    /** Ends the sending direction; returns false when it has ended before. */
    boolean sendFin() {
        boolean closed;
        lock.lock();
        try {
            ChannelPhase next = phase.afterFinSent();
            if (next == phase) {
                return false;
            }
            closed = enter(next);
            settle();
        } finally {
            lock.unlock();
        }
        if (closed) {
            onClosed.run();
        }
        return true;
    }

    // --- receiving -----------------------------------------------------------------------------------------------------

    /**
     * A message was passed on.
     *
     * @param rtt of the session in nanoseconds
     * @return credit to grant now; mostly 0
     */
    int consume(Message.Data data, long rtt) {
        lock.lock();
        try {
            int credit = inbox.release(data, rtt, System.nanoTime());
            settle();
            return credit;
        } finally {
            lock.unlock();
        }
    }

    /** Credit to grant in advance on a long link. */
    int widen(long rtt) {
        lock.lock();
        try {
            return receiveWindow == null || phase == ChannelPhase.CLOSED ? 0 : receiveWindow.widen(rtt);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the receiving direction behind what was received; without effect when it has ended before. */
    void receiveFin() {
        Runnable callback;
        boolean closed;
        lock.lock();
        try {
            ChannelPhase next = phase.afterFinReceived();
            if (next == phase) {
                return;
            }
            closed = enter(next);
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

    /** Enters the next phase after a Fin; returns whether the channel has closed. */
    private boolean enter(ChannelPhase next) {
        lastActivity = System.nanoTime();
        if (next == ChannelPhase.CLOSED) {
            enterClosed("closed");
            return true;
        }
        phase = next;
        return false;
    }

    /** Drops what was received and what still arrives. */
    void dropInput() {
        endInput(inbox::drop);
    }

    private void endInput(Supplier<Runnable> step) {
        Runnable callback;
        lock.lock();
        try {
            callback = step.get();
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
            if (phase == ChannelPhase.CLOSED) {
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

    /** Ends both directions, and drops what was received even if the channel has closed in good order before. */
    boolean discard(String why, String error) {
        Supplier<Runnable> drop = error == null ? inbox::drop : () -> inbox.end(error);
        if (close(why, drop)) {
            return true;
        }
        endInput(drop);
        onClosed.run();
        return false;
    }

    private void enterClosed(String why) {
        phase = ChannelPhase.CLOSED;
        reason = why;
        writable.signalAll();
    }

    /** Releases what a closed channel holds once there is nothing left to pass on. */
    private void settle() {
        if (phase == ChannelPhase.CLOSED && inbox.isDrained()) {
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
            return phase == ChannelPhase.CLOSED;
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

    /** Returns why the channel must close for inactivity; null when it need not. */
    String idleExpiry() {
        lock.lock();
        try {
            Duration limit = idleLimit();
            if (idleNanos() <= limit.toNanos()) {
                return null;
            }
            return (phase.isHalfClosed() ? "half-closed, and silent for " : "idle for ") + limit.toSeconds() + " s";
        } finally {
            lock.unlock();
        }
    }
}
