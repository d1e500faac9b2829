package io.linksocks.session;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.protocol.Features;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What two authenticated peers share: channels, and a link that carries their messages. With extensions it outlives its links:
 * attached, detached, attached again, ended (docs/protocol-extensions.md, section 3.4).
 *
 * <p>The thread in {@link #run} reads; it never writes, and waits for a channel only when there is no flow control.
 */
public final class Session {
    /** A message up to this length is part of a conversation and goes before bulk. */
    private static final int SMALL_MESSAGE = 2048;
    private static final int PROTOCOL_ERROR = 1002;

    private static final System.Logger LOG = System.getLogger(Session.class.getName());

    private final NegotiatedParameters parameters;
    private final SessionLimits limits;
    private final SessionCounters counters;
    private final SessionObserver observer;
    private final ChannelTable channels;
    private final Outbound outbound;
    private final Outbox outbox;
    private final Dispatcher dispatcher;
    private final AtomicLong windowGrowth;
    private final SessionMemory memory;
    private final Liveness liveness = new Liveness(System::nanoTime);
    private final SessionTally tally;

    /** Held while a received message is counted and handed on, so that nothing of a link that was replaced comes after. */
    private final ReentrantLock reading = new ReentrantLock();
    /** Written with {@link #reading} held; null while detached. */
    private volatile Link link;
    private volatile boolean ending;
    private volatile String end;
    /** On the nanoTime scale; null while there is a link or was one until the end. */
    private volatile Long lostLinkAt;
    private volatile String peer;
    /** The newest link that asked to go on with this session. */
    private Link successor;
    private ScheduledFuture<?> expiry;

    /** A session on a first link, and the only one of its owner. */
    public Session(Link link, NegotiatedParameters parameters, SessionLimits limits, SessionCounters counters,
            ChannelAcceptor acceptor, SessionObserver observer) {
        this(link, parameters, limits, counters, acceptor, observer, new Object());
    }

    /** @param owner whose sessions share what each owner may hold of memory; compared by identity */
    public Session(Link link, NegotiatedParameters parameters, SessionLimits limits, SessionCounters counters,
            ChannelAcceptor acceptor, SessionObserver observer, Object owner) {
        this.link = link;
        this.parameters = parameters;
        this.limits = limits;
        this.counters = counters;
        this.observer = observer;
        this.memory = limits.memory().openSession(owner);
        this.channels = new ChannelTable(this, acceptor);
        this.tally = new SessionTally(counters);
        this.outbound = new Outbound(link, parameters, limits, tally);
        this.outbox = new Outbox(outbound, link.peer(), this::fail);
        this.dispatcher = new Dispatcher(this, channels, outbound, outbox, observer);
        this.windowGrowth = new AtomicLong(limits.windowGrowth());
        this.peer = link.peer();
    }

    // --- what it is ------------------------------------------------------------------------------------------------

    /** Address of the peer on the newest link. */
    public String peer() {
        return peer;
    }

    public NegotiatedParameters parameters() {
        return parameters;
    }

    Features features() {
        return parameters.features();
    }

    int peerWindow() {
        return parameters.window();
    }

    SessionLimits limits() {
        return limits;
    }

    SessionMemory memory() {
        return memory;
    }

    SessionCounters counters() {
        return counters;
    }

    SessionTally tally() {
        return tally;
    }

    /** What it has carried so far, and how it is. */
    public SessionSnapshot snapshot() {
        return tally.snapshot(this, link);
    }

    /** The channels that are open, in no order. */
    public List<ChannelSnapshot> channels() {
        return channels.snapshots();
    }

    /** Whether it has not ended; it may have no link just now. */
    public boolean isAlive() {
        return end == null;
    }

    /** Whether messages get through at once, as far as this side knows. */
    public boolean isAttached() {
        return link != null && !ending;
    }

    /** How long it has been without a link; zero when it ended with one. */
    public Duration absence() {
        Long since = lostLinkAt;
        return since == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
    }

    /** Asks a peer that has been silent for a while for a sign of life. */
    public void probe() {
        Link current = link;
        if (current != null) {
            liveness.ask(current);
        }
    }

    /** Whether it is attached and its peer has not left {@link #probe} unanswered for too long. */
    public boolean isResponsive() {
        Link current = link;
        return current != null && !ending && liveness.isResponsive(current);
    }

    /** Channels open now. */
    public int channelCount() {
        return channels.size();
    }

    /** Numbered messages that were taken over from the peer. */
    public long received() {
        return outbox.received();
    }

    /** Numbered messages that got through in either direction, as far as this side knows. */
    public long exchanged() {
        return outbox.received() + outbound.acknowledged();
    }

    /** Memory of what channels have received and not passed on. */
    public long queuedBytes() {
        return channels.queuedBytes();
    }

    /** Bytes sent and not acknowledged. */
    public long replayBytes() {
        return outbound.replayBytes();
    }

    /** Smoothed time from sending a message to its acknowledgement, in nanoseconds; 0 while unknown. */
    public long roundTrip() {
        return outbound.roundTrip();
    }

    /** The same, or if it is more, what a ping took last. */
    long rtt() {
        Link current = link;
        return Math.max(roundTrip(), current == null ? 0 : current.roundTrip());
    }

    boolean isCrowded() {
        return outbound.isBusy();
    }

    boolean isFast() {
        return outbound.isFast();
    }

    ReceiveWindow newReceiveWindow() {
        return new ReceiveWindow(limits.window(), limits.maxWindow(), windowGrowth);
    }

    // --- life ------------------------------------------------------------------------------------------------------

    /**
     * Reads from a link until it ends or is replaced. The session has ended then, unless it can wait for another link.
     *
     * @throws IOException why the link ended, if it did not in good order
     */
    public void run(Link current) throws IOException {
        Heartbeat heartbeat = new Heartbeat(this, current);
        String why = "connection closed by peer";
        try {
            if (parameters.features().flow()) {
                current.receiveAll(message -> take(current, message));
            } else {
                // A full channel holds up this thread, which therefore must be its own.
                current.receiveEach(message -> take(current, message));
            }
        } catch (LinkException e) {
            finish(e.getMessage());
            current.close(PROTOCOL_ERROR, e.getMessage());
            throw e;
        } catch (IOException e) {
            why = e.getMessage() == null ? "connection lost" : "connection lost: " + e.getMessage();
            throw e;
        } finally {
            heartbeat.stop();
            onLinkEnd(current, why);
        }
    }

    private boolean take(Link current, Slice message) throws IOException {
        if (!parameters.isExtended()) {
            dispatch(current, message);
            return end == null;
        }
        reading.lock();
        try {
            if (link != current) {
                return false;
            }
            dispatch(current, message);
            return true;
        } finally {
            reading.unlock();
        }
    }

    private void dispatch(Link current, Slice message) throws IOException {
        try {
            dispatcher.dispatch(current, message);
        } catch (RuntimeException | Error e) {
            // It may have been counted and not handed on, so that going on would leave a hole in a stream.
            finish("failed: " + e);
            throw e;
        }
    }

    private void onLinkEnd(Link lost, String why) {
        lost.abort();
        if (!parameters.features().resume()) {
            finish(why);
        } else if (detach(lost, why)) {
            LOG.log(DEBUG, () -> "session with " + peer + " waits for another connection: " + why);
        }
    }

    /** Takes nothing more from a link; returns whether it was the present one. From now on the session has its grace period. */
    private boolean detach(Link lost, String why) {
        reading.lock();
        try {
            outbound.detach(lost);
            if (link != lost || end != null) {
                return false;
            }
            Long now = System.nanoTime();
            expiry = Threads.later(parameters.grace(), () -> Threads.start("end of session", () -> expire(why)));
            // Last of all: a session without a link is sure to end.
            lostLinkAt = now;
            link = null;
            return true;
        } finally {
            reading.unlock();
        }
    }

    private void expire(String why) {
        reading.lock();
        try {
            if (link == null) {
                finish(why + ", and was not resumed within " + parameters.grace().toSeconds() + " s");
            }
        } finally {
            reading.unlock();
        }
    }

    /**
     * Makes sure that nothing more is taken from the present link, so that {@link #received} is final.
     *
     * @param next the link that is to take its place, unless another one asks meanwhile
     * @return false when the session has ended or can't be resumed
     */
    public boolean prepareResume(Link next) {
        reading.lock();
        try {
            if (end != null || !parameters.features().resume()) {
                return false;
            }
            if (successor != null) {
                // It may still wait for its turn, while its peer believes that it was taken.
                successor.abort();
            }
            successor = next;
            Link old = link;
            if (old != null && detach(old, "superseded")) {
                counters.superseded.increment();
                old.abort();
            }
            return true;
        } finally {
            reading.unlock();
        }
    }

    /**
     * The same when it is known already what the peer has received.
     *
     * @throws IOException when that can't be; the next link is closed then, and the present one goes on, for it may have
     *     overtaken the other on its way here
     */
    public boolean prepareResume(Link next, long peerReceived) throws IOException {
        try {
            return prepareIfPlausible(next, peerReceived);
        } catch (LinkException e) {
            next.close(PROTOCOL_ERROR, e.getMessage());
            throw e;
        }
    }

    private boolean prepareIfPlausible(Link next, long peerReceived) throws LinkException {
        reading.lock();
        try {
            outbound.checkReceived(peerReceived);
            return prepareResume(next);
        } finally {
            reading.unlock();
        }
    }

    /**
     * Goes on with another link, after {@link #prepareResume} and after the peers have told each other what they received.
     * The caller then calls {@link #run} with it; what the peer lacks is sent meanwhile.
     *
     * @throws IOException when the peer claims to have received what was not sent, the session has ended, or a newer link
     *     wants to go on with it
     */
    public void resume(Link next, long peerReceived) throws IOException {
        outbound.pause();
        try {
            attach(next, peerReceived);
        } catch (IOException e) {
            outbound.giveUp(next);
            onLinkEnd(next, "not resumed");
            throw e;
        }
        Threads.start("retransmission " + next.peer(), () -> outbound.retransmit(next));
        observer.onResumed();
    }

    private void attach(Link next, long peerReceived) throws IOException {
        reading.lock();
        try {
            if (end != null || successor != next) {
                throw new ChannelException(end != null ? end : "another connection was resumed");
            }
            outbound.attach(next, peerReceived);
            tally.resumed();
            lostLinkAt = null;
            link = next;
            peer = next.peer();
            if (expiry != null) {
                expiry.cancel(false);
            }
        } catch (LinkException e) {
            finish(e.getMessage());
            throw e;
        } finally {
            reading.unlock();
        }
    }

    /** The peer has ended it on purpose. */
    void onEnd(Link last, String reason) {
        finish(reason);
        GracefulClose.awaitClose(last);
    }

    /** Says goodbye with an RFC 6455 close code; the session and all its channels end. */
    public void close(int code, String reason) {
        if (parameters.isExtended() && isAttached()) {
            GracefulClose.say(outbound, peer, reason);
        }
        Link last = finish(reason);
        if (last != null) {
            last.close(code, reason);
        }
    }

    /** Ends the session and all its channels; the peer has forgotten it already. */
    public void abandon(String reason) {
        finish(reason);
    }

    /** Returns the link that the session had; null when it had none or has ended before. */
    private Link finish(String reason) {
        // First without the lock: the reader may have it and wait for a channel.
        ending = true;
        channels.endAll(reason);
        Link last;
        reading.lock();
        try {
            if (end != null) {
                return null;
            }
            end = reason;
            last = link;
            link = null;
            if (expiry != null) {
                expiry.cancel(false);
            }
            outbox.stop();
            outbound.end(reason);
            channels.endAll(reason);
            memory.close();
        } finally {
            reading.unlock();
        }
        observer.onEnd(reason);
        return last;
    }

    /** A thread has failed without which nothing is answered or acknowledged. */
    private void fail(Throwable cause) {
        Link current = link;
        if (current != null) {
            current.abort();
        }
        finish("failed: " + cause);
    }

    void closeIdleChannels() {
        channels.closeIdle();
    }

    // --- channels --------------------------------------------------------------------------------------------------

    /**
     * Asks the peer to connect to a target.
     *
     * @param target null for UDP
     */
    public Channel open(Transport transport, Endpoint target) throws IOException {
        return channels.open(transport, target, memory);
    }

    /** The same, with its memory counted for whoever asked for it by a channel of another session. */
    public Channel open(Transport transport, Endpoint target, Channel onBehalfOf) throws IOException {
        return channels.open(transport, target, onBehalfOf == null ? memory : onBehalfOf.payer());
    }

    void forget(Channel channel) {
        channels.forget(channel);
    }

    void answered() {
        channels.answered();
    }

    // --- sending ---------------------------------------------------------------------------------------------------

    /** Queues a message and returns at once; for threads that must not wait. */
    public void post(Message message) {
        outbox.post(message);
    }

    void send(Message message, SendTurn.Rank rank) throws IOException {
        outbound.send(MessageWriter.write(message), rank);
    }

    void sendData(Slice message) throws IOException {
        outbound.send(message, message.length() <= SMALL_MESSAGE ? SendTurn.Rank.SMALL : SendTurn.Rank.BULK);
    }
}
