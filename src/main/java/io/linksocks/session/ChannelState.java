package io.linksocks.session;

import io.linksocks.protocol.Message;
import io.linksocks.util.TimeText;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The state of a channel under one lock: its {@linkplain ChannelPhase phase}, its {@link Inbox}, and credit both ways.
 *
 * <p>Memory and window growth are released in {@link #settle} alone, once the channel has closed and nothing that it
 * received is left to pass on.
 */
final class ChannelState {
    private final SessionLimits limits;
    private final SessionCounters counters;
    private final ChannelMemory memory;
    private final RateLimit.Gate gate;
    private final Runnable onClosed;
    /** Null without flow control, as is the next. */
    private final SendWindow sendWindow;
    private final ReceiveWindow receiveWindow;

    /** Guards all below, the windows and the inbox; not held while anything blocks. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Awaited by the sender for credit and by the opener for an answer; signalled when either arrives and at the end. */
    private final Condition writable = lock.newCondition();
    private final Inbox inbox;
    private ChannelPhase phase = ChannelPhase.OPENING;
    /** Whether the peer has ever confirmed the channel, which may have closed since. */
    private boolean confirmed;
    private boolean answered;
    /** Why the channel is closed; null before. */
    private String reason;
    private long sentBytes;
    /** The part of it that the peer's consumer has taken, and that was counted. */
    private long takenBytes;
    /** When this side sent something or the phase changed, on the nanoTime scale. */
    private long lastActivity = System.nanoTime();

    /**
     * @param receiveWindow null when a full inbox holds up the link instead
     * @param onClosed called without the lock when the channel has closed, and again by {@link #discard}; must not block
     */
    ChannelState(SendWindow sendWindow, ReceiveWindow receiveWindow, SessionLimits limits, SessionCounters counters,
            ChannelMemory memory, Runnable onClosed) {
        this.sendWindow = sendWindow;
        this.receiveWindow = receiveWindow;
        this.limits = limits;
        this.counters = counters;
        this.memory = memory;
        this.gate = limits.rates().sent().new Gate();
        this.onClosed = onClosed;
        this.inbox = new Inbox(lock, receiveWindow, limits, counters, memory);
    }

    Inbox inbox() {
        return inbox;
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
                lastActivity = System.nanoTime();
                writable.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Notes that the dialling side has confirmed or refused the channel. */
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
     * Waits for the confirmation. The target may have answered and closed before the waiting thread wakes up; its data
     * can still be received then.
     *
     * @throws ChannelException when the channel was closed instead
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

    /** Waits until the channel is confirmed or closed, or for the timeout or an interrupt. */
    void awaitAnswer(Duration timeout) {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (!confirmed && phase != ChannelPhase.CLOSED && left > 0) {
                left = writable.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    // --- sending -------------------------------------------------------------------------------------------------------

    /**
     * Waits for credit and takes some of it.
     *
     * @param bytes to take; 0 only waits
     * @throws ChannelException when the channel has closed
     */
    void takeCredit(int bytes) throws ChannelException {
        if (bytes > 0) {
            gate.pass(bytes);
        }
        lock.lock();
        try {
            if (sendWindow != null && phase != ChannelPhase.CLOSED && !sendWindow.isOpen()) {
                awaitCredit();
            }
            if (phase == ChannelPhase.CLOSED) {
                throw new ChannelException(reason);
            }
            if (bytes > 0) {
                spend(bytes);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether a message may be sent without waiting for credit, or because of a limited rate. */
    boolean hasCredit() {
        if (!limits.rates().sent().hasRoom()) {
            return false;
        }
        lock.lock();
        try {
            return phase != ChannelPhase.CLOSED && (sendWindow == null || sendWindow.isOpen());
        } finally {
            lock.unlock();
        }
    }

    /** Takes credit for a message that was sent. */
    void spendCredit(int bytes) {
        limits.rates().sent().spend(bytes);
        lock.lock();
        try {
            spend(bytes);
        } finally {
            lock.unlock();
        }
    }

    private void spend(int bytes) {
        lastActivity = System.nanoTime();
        sentBytes += bytes;
        if (sendWindow != null) {
            sendWindow.take(bytes);
        }
        countTaken(sendWindow == null ? sentBytes : sendWindow.taken());
    }

    private void countTaken(long taken) {
        if (taken > takenBytes) {
            counters.takenBytes.add(taken - takenBytes);
            takenBytes = taken;
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
            if (sendWindow == null) {
                return true;
            }
            boolean allowed = sendWindow.grant(bytes);
            countTaken(sendWindow.taken());
            return allowed;
        } finally {
            lock.unlock();
        }
    }

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

    // --- receiving -----------------------------------------------------------------------------------------------------

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
            countTaken(sentBytes);
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

    /** Like {@link #close}, on behalf of the peer: what it sent before can still be received, then the input breaks off. */
    boolean disconnect(String why, String error) {
        return close(why, () -> inbox.endBehindQueue(error));
    }

    /** Like {@link #close}, unless the dialling side has answered. */
    boolean giveUp(String why) {
        return closeIf(() -> !answered, why, () -> inbox.end(why));
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
        writable.signalAll();
        gate.open();
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

    /** Bytes sent so far. */
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

    /** The time of silence allowed in the present phase. */
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
            return (phase.isHalfClosed() ? "half-closed, and silent for " : "idle for ") + TimeText.of(limit);
        } finally {
            lock.unlock();
        }
    }
}
