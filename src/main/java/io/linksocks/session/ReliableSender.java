package io.linksocks.session;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The sending half of a session. With extensions, messages are numbered and kept until acknowledged, so that none is
 * lost with a link (docs/protocol-extensions.md, section 3). Thread-safe.
 */
final class ReliableSender {
    private static final System.Logger LOG = System.getLogger(ReliableSender.class.getName());

    private final boolean extended;
    private final SessionTally tally;
    private final SendTurn turn = new SendTurn(this::admits);
    private final Runnable onTraffic;

    /** Guards all below, except reads of what is volatile; not held while anything blocks. */
    private final ReentrantLock lock = new ReentrantLock();
    private final ReplayBuffer replay;
    private final SendRoom room;
    /** Null while detached. */
    private volatile Link link;
    private long attachedAt = System.nanoTime();
    private volatile String peer;
    /** Why the session has ended; null before. */
    private volatile String end;

    /** What was sent: unacknowledged bytes and since when, acknowledged messages, bytes that are done with, the RTT. */
    record Sent(long bytes, long since, long messages, long delivered, long rtt) {}

    /** @param onTraffic called when all was acknowledged, and a message is sent; must not block */
    ReliableSender(Link link, NegotiatedParameters parameters, SessionLimits limits, SessionMemory memory, SessionTally tally,
            Runnable onTraffic) {
        this.link = link;
        this.onTraffic = onTraffic;
        this.peer = link.peer();
        this.extended = parameters.isExtended();
        this.replay = new ReplayBuffer(memory);
        this.room = new SendRoom(replay, limits, memory, parameters.features().fair());
        this.tally = tally;
    }

    private boolean admits(SendTurn.Rank rank) {
        return room.admits(rank) || end != null;
    }

    // --- sending ---------------------------------------------------------------------------------------------------

    /**
     * Sends a message, which the sender owns from now on; blocks until the link is free and there is room.
     *
     * @throws IOException when the session has ended, or its only link has
     */
    void send(Slice message, SendTurn.Rank rank) throws IOException {
        turn.acquire(rank);
        try {
            if (extended) {
                sendNumbered(message, rank);
            } else if (write(current(), message)) {
                message.release();
            } else {
                throw new ChannelException("connection lost");
            }
        } finally {
            turn.release();
        }
    }

    private void sendNumbered(Slice message, SendTurn.Rank rank) throws IOException {
        Link current;
        lock.lock();
        try {
            refuseAfterEnd();
            add(message, rank);
            current = link;
        } finally {
            lock.unlock();
        }
        if (current != null && write(current, message)) {
            onWritten(current);
        }
    }

    private void add(Slice message, SendTurn.Rank rank) {
        if (replay.bytes() == 0) {
            onTraffic.run();
        }
        replay.add(message, rank == SendTurn.Rank.CONTROL, System.nanoTime(), link == null ? 0 : link.written());
    }

    /**
     * Sends a message if that can neither wait nor block: nobody else sends or waits to send, there is room, and the link
     * is {@linkplain Link#isReady ready}. Without extensions it never is.
     *
     * @return false when nothing was sent, and the message is still the caller's
     * @throws ChannelException when the session has ended
     */
    boolean trySend(Slice message, SendTurn.Rank rank) throws ChannelException {
        if (!extended || !turn.tryAcquire(rank)) {
            return false;
        }
        boolean underWay = false;
        try {
            Link current = addIfReady(message, rank);
            underWay = current != null && start(current, message);
            return current != null;
        } finally {
            if (!underWay) {
                turn.release();
            }
        }
    }

    /** Returns the link to write to; null when it is not ready. */
    private Link addIfReady(Slice message, SendTurn.Rank rank) throws ChannelException {
        lock.lock();
        try {
            refuseAfterEnd();
            if (link == null || !link.isReady(link.written() - replay.confirmed(), message.length())) {
                return null;
            }
            add(message, rank);
            return link;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether the message is under way; the turn is released when it has been written then. */
    private boolean start(Link current, Slice message) {
        CompletableFuture<?> written;
        try {
            written = current.start(message);
        } catch (RuntimeException e) {
            current.abort();
            throw e;
        }
        if (written.isDone()) {
            onStarted(current, message, written);
            return false;
        }
        written.whenComplete((done, failure) -> {
            onStarted(current, message, written);
            turn.release();
        });
        return true;
    }

    private void onStarted(Link current, Slice message, CompletableFuture<?> written) {
        if (written.isCompletedExceptionally()) {
            LOG.log(DEBUG, () -> "sending to " + current.peer() + " failed");
            current.abort();
        } else {
            tally.sent(message.length());
            onWritten(current);
        }
    }

    /** Sends a message without a number, which is lost with its link. */
    void sendUnnumbered(Message message) throws IOException {
        turn.acquire(SendTurn.Rank.CONTROL);
        try {
            Link current = current();
            if (current != null) {
                write(current, MessageWriter.write(message));
            }
        } finally {
            turn.release();
        }
    }

    /**
     * Writes to the link; called by the holder of the turn. A failed link is aborted, because nothing may follow a
     * message it lacks; its reader notices.
     */
    private boolean write(Link link, Slice message) {
        try {
            link.send(message);
            tally.sent(message.length());
            return true;
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "sending to " + link.peer() + " failed: " + e.getMessage());
            link.abort();
            return false;
        } catch (RuntimeException e) {
            link.abort();
            throw e;
        }
    }

    private void onWritten(Link writtenTo) {
        lock.lock();
        try {
            if (link == writtenTo) {
                replay.written();
            }
        } finally {
            lock.unlock();
        }
    }

    private Link current() throws ChannelException {
        refuseAfterEnd();
        return link;
    }

    private void refuseAfterEnd() throws ChannelException {
        if (end != null) {
            throw new ChannelException(end);
        }
    }

    /** Whether the link drains faster than 64 MiB/s. */
    boolean isFast() {
        return room.isFast();
    }

    /** Whether other threads wait to send. */
    boolean isBusy() {
        return turn.isWanted();
    }

    // --- what the peer reports ---------------------------------------------------------------------------------------

    /** @throws LinkException when the peer acknowledges what was not sent */
    void onAck(Message.Ack ack) throws LinkException {
        long now = System.nanoTime();
        lock.lock();
        try {
            if (!replay.hasSent(ack.received())) {
                throw LinkException.protocolError("acknowledges " + ack.received() + " messages that were not sent");
            }
            long before = replay.bytes();
            long sentAt = replay.acknowledge(ack.received());
            if (sentAt != 0) {
                long rtt = Math.max(1, now - sentAt - ack.delayMicros() * 1000L);
                room.onAcknowledged(rtt, before, now);
            }
        } finally {
            lock.unlock();
        }
        turn.reconsider();
    }

    /** The smoothed time from sending to acknowledgement in nanoseconds; 0 while unknown. */
    long smoothedRtt() {
        return room.smoothedRtt();
    }

    /** The smoothed RTT, or that of the latest ping if it is longer; in nanoseconds, 0 while unknown. */
    long rtt() {
        Link current = link;
        return Math.max(room.smoothedRtt(), current == null ? 0 : current.roundTrip());
    }

    Sent sent() {
        lock.lock();
        try {
            long oldest = replay.oldestSentAt();
            return new Sent(replay.bytes(), oldest == 0 ? attachedAt : oldest, replay.acknowledged(), replay.delivered(), rtt());
        } finally {
            lock.unlock();
        }
    }

    /** Messages that the peer has acknowledged. */
    long acknowledged() {
        return replay.acknowledged();
    }

    /** Bytes sent and not acknowledged. */
    long replayBytes() {
        return replay.bytes();
    }

    /** Whether the peer has left far more answers unacknowledged than regular use can cause. */
    boolean isFlooded() {
        return room.isFlooded();
    }

    /** Address of the peer on the newest link. */
    String peer() {
        return peer;
    }

    // --- links -----------------------------------------------------------------------------------------------------

    /** The link to send to; null while detached. */
    Link link() {
        return link;
    }

    /** Stops sending to a link; returns false when it was not the present one. */
    boolean detach(Link lost) {
        lock.lock();
        try {
            boolean present = link == lost;
            link = present ? null : link;
            return present;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the turn until {@link #retransmit} or {@link #giveUp}. Waits for a thread that still writes to an earlier
     * link, which must be detached and aborted.
     */
    void pause() {
        turn.acquire(SendTurn.Rank.CONTROL);
    }

    /** Aborts the link instead of {@link #retransmit}, because nothing may be sent after a gap. */
    void giveUp(Link next) {
        next.abort();
        turn.release();
    }

    /**
     * Sends what the peer has not received to the attached link, then releases the turn. The link must be read
     * meanwhile, or two peers that both retransmit would deadlock.
     */
    void retransmit(Link next) {
        try {
            for (Slice message : unacknowledged()) {
                tally.retransmitted(message.length());
                if (!write(next, message)) {
                    return;
                }
                onWritten(next);
            }
        } finally {
            turn.release();
        }
    }

    private List<Slice> unacknowledged() {
        lock.lock();
        try {
            return end == null ? replay.rewind() : List.of();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Attaches another link, while paused, with the number of messages that the peer has received on all earlier ones.
     *
     * @throws IOException when the peer can't have received that many, or the session has ended
     */
    void attach(Link next, long peerReceived) throws IOException {
        lock.lock();
        try {
            refuseAfterEnd();
            checkReceived(peerReceived);
            replay.confirm(peerReceived);
            link = next;
            attachedAt = System.nanoTime();
            peer = next.peer();
        } finally {
            lock.unlock();
        }
    }

    /** @throws LinkException when the peer can't have received that many, or had acknowledged more before */
    void checkReceived(long peerReceived) throws LinkException {
        lock.lock();
        try {
            if (!replay.isPlausible(peerReceived)) {
                throw LinkException.protocolError("claims to have received " + peerReceived + " messages");
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends sending: all waiting and further messages are refused. Returns false when it has ended before. */
    boolean end(String reason) {
        lock.lock();
        try {
            if (end != null) {
                return false;
            }
            end = reason;
            replay.drop();
        } finally {
            lock.unlock();
        }
        turn.reconsider();
        return true;
    }

    /** Why the session has ended; null before. */
    String endReason() {
        return end;
    }
}
