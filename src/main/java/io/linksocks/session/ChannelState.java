package io.linksocks.session;

import io.linksocks.protocol.Message;
import io.linksocks.util.TimeText;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The state of a channel under one lock: its {@linkplain ChannelPhase phase}, and its halves, the {@link Inbox} and
 * the {@link SendWindow}.
 *
 * <p>Memory and window growth are released in {@link #settle} alone, once the channel has closed and nothing that it
 * received is left to pass on.
 */
final class ChannelState {
    private final SessionLimits limits;
    private final ChannelMemory memory;
    private final Runnable onClosed;
    /** Null without flow control. */
    private final ReceiveWindow receiveWindow;

    /** Guards all below; not held while anything blocks. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Awaited by the opener; signalled when an answer to Connect arrives and at the end. */
    private final Condition decided = lock.newCondition();
    private final Inbox inbox;
    private final SendWindow sendWindow;
    private ChannelPhase phase = ChannelPhase.OPENING;
    /** Whether the peer has ever confirmed the channel, which may have closed since. */
    private boolean confirmed;
    /** Whether it has confirmed, refused or closed it. */
    private boolean answered;
    /** Why the channel is closed; null before. */
    private String reason;
    /** When the phase changed, on the nanoTime scale. */
    private long changedAt = System.nanoTime();

    /**
     * @param credit towards the peer
     * @param receiveWindow null when a full inbox holds up the link instead
     * @param onClosed called without the lock when the channel has closed, and again by {@link #discard}; must not block
     */
    ChannelState(long credit, ReceiveWindow receiveWindow, SessionLimits limits, SessionCounters counters,
            ChannelMemory memory, Runnable onClosed) {
        this.receiveWindow = receiveWindow;
        this.limits = limits;
        this.memory = memory;
        this.onClosed = onClosed;
        this.inbox = new Inbox(lock, receiveWindow, limits, counters, memory);
        this.sendWindow = new SendWindow(lock, credit, limits.rates().sent(), counters);
    }

    Inbox inbox() {
        return inbox;
    }

    SendWindow sendWindow() {
        return sendWindow;
    }

    // --- opening -----------------------------------------------------------------------------------------------------

    /** Opens the channel, because the target is connected. */
    void confirm() {
        lock.lock();
        try {
            answered = true;
            if (phase != ChannelPhase.CLOSED) {
                confirmed = true;
                phase = phase.afterConfirmation();
                changedAt = System.nanoTime();
                decided.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether the dialling side has confirmed or refused the channel. */
    boolean isAnswered() {
        lock.lock();
        try {
            return answered;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the confirmation. The target may have answered and closed before the waiting thread wakes up; its data
     * can still be received then.
     *
     * @param timeout null for none, which needs no timer
     * @return false on timeout
     * @throws ChannelException when the channel was closed instead
     */
    boolean awaitConfirmation(Duration timeout) throws ChannelException, InterruptedException {
        long left = timeout == null ? Long.MAX_VALUE : timeout.toNanos();
        lock.lock();
        try {
            while (!confirmed && phase != ChannelPhase.CLOSED && left > 0) {
                if (timeout == null) {
                    decided.await();
                } else {
                    left = decided.awaitNanos(left);
                }
            }
            if (!confirmed && phase == ChannelPhase.CLOSED) {
                throw new ChannelException(reason);
            }
            return confirmed;
        } finally {
            lock.unlock();
        }
    }

    // --- credit for the peer -------------------------------------------------------------------------------------------

    /**
     * Releases a message that was passed on.
     *
     * @param rtt of the session in nanoseconds
     * @return credit to grant now; usually 0
     */
    int consume(Message.Data data, long rtt) {
        lock.lock();
        try {
            int credit = inbox.release(data, rtt, System.nanoTime());
            settle();
            return phase == ChannelPhase.CLOSED ? 0 : credit;
        } finally {
            lock.unlock();
        }
    }

    /** Widens the receive window in advance if the RTT is long; returns the credit to grant. */
    int widen(long rtt) {
        lock.lock();
        try {
            return receiveWindow == null || phase == ChannelPhase.CLOSED ? 0 : receiveWindow.widen(rtt);
        } finally {
            lock.unlock();
        }
    }

    // --- ends of the two directions --------------------------------------------------------------------------------------

    boolean canSendFin() {
        lock.lock();
        try {
            return phase.afterFinSent() != phase;
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
        changedAt = System.nanoTime();
        if (next == ChannelPhase.CLOSED) {
            sendWindow.countAll();
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
     * Closes both directions.
     *
     * @param why the reason that senders get
     * @param error why the input breaks off at once; null to let the rest be received
     * @return false when both were closed before
     */
    boolean close(String why, String error) {
        return close(why, () -> inbox.end(error));
    }

    /** Like {@link #close}, by the peer, instead of a confirmation. */
    void refuse(String why) {
        close(why, () -> answer(inbox.end(why)));
    }

    /** Like {@link #close}, by the peer: what it sent before can still be received, then the input breaks off. */
    void disconnect(String why, String error) {
        close(why, () -> answer(inbox.endBehindQueue(error)));
    }

    private Runnable answer(Runnable callback) {
        answered = true;
        return callback;
    }

    /** Like {@link #close}, unless the dialling side has answered. */
    boolean giveUp(String why) {
        return closeIf(() -> !answered, why, () -> inbox.end(why));
    }

    /** Like {@link #close}, if there has been silence for too long; returns why, or null when the channel goes on. */
    String closeIfIdle() {
        String why = idleExpiry();
        return why != null && closeIf(() -> idleExpiry() != null, why, () -> inbox.end(why)) ? why : null;
    }

    private boolean close(String why, Supplier<Runnable> endInput) {
        return closeIf(() -> true, why, endInput);
    }

    private boolean closeIf(BooleanSupplier condition, String why, Supplier<Runnable> endInput) {
        Runnable callback;
        lock.lock();
        try {
            if (phase == ChannelPhase.CLOSED || !condition.getAsBoolean()) {
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

    /** Like {@link #close}, and drops what was received even if the channel has closed in good order before. */
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
        decided.signalAll();
        sendWindow.end(why);
    }

    /** Releases memory and window growth once the channel is closed and nothing is left to pass on. */
    private void settle() {
        if (phase == ChannelPhase.CLOSED && inbox.isDrained()) {
            memory.close();
            if (receiveWindow != null) {
                receiveWindow.release();
            }
        }
    }

    // --- status --------------------------------------------------------------------------------------------------------

    boolean isClosed() {
        lock.lock();
        try {
            return phase == ChannelPhase.CLOSED;
        } finally {
            lock.unlock();
        }
    }

    /** Nanoseconds since anything was sent, received or passed on. */
    long idleNanos() {
        lock.lock();
        try {
            long now = System.nanoTime();
            return Math.min(now - changedAt, Math.min(now - inbox.lastActivity(), now - sendWindow.lastActivity()));
        } finally {
            lock.unlock();
        }
    }

    /** The time of silence allowed in the present phase; with the lock. */
    Duration idleLimit() {
        return phase.isHalfClosed() ? limits.halfClosed() : limits.idle();
    }

    /** Returns why the channel must close for inactivity; null when it need not. */
    private String idleExpiry() {
        lock.lock();
        try {
            Duration limit = idleLimit();
            if (idleNanos() <= limit.toNanos()) {
                return null;
            }
            return (phase.isHalfClosed() ? "half-closed, and silent for " : "idle for ") + TimeText.of(limit);
        } finally {
            lock.unlock();
        }
    }
}
