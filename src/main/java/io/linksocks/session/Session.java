package io.linksocks.session;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;
import io.linksocks.util.LocalAddresses;
import io.linksocks.util.Threads;
import io.linksocks.util.TimeText;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The state that two authenticated peers share: channels, and a link that carries their messages. With extensions it
 * outlives its links: attached, detached, attached again, ended (docs/protocol-extensions.md, section 3.4).
 *
 * <p>Thread-safe. The thread in {@link #run} reads; it never writes, and blocks on a channel only without flow control.
 * Channels live in the {@link Multiplexer}, sending and acknowledgements in {@link ReliableSender}.
 */
public final class Session {
    private static final System.Logger LOG = System.getLogger(Session.class.getName());

    private final NegotiatedParameters parameters;
    private final SessionObserver observer;
    private final SessionMemory memory;
    private final SessionTally tally;
    private final ReliableSender sender;
    private final Outbox outbox;
    private final Multiplexer channels;
    private final Dispatcher dispatcher;
    private final Liveness liveness = new Liveness(System::nanoTime);
    private final GracePeriod grace;
    /** Holds up the link without flow control, because its channels can't be. */
    private final RateLimit.Gate gate;
    /** Null at a server, which can't dial another link. */
    private volatile PathWatch path;

    /** Held while a received message is counted and dispatched, and while the sender's link is replaced. */
    private final ReentrantLock reading = new ReentrantLock();
    /** The newest link that asked to resume this session. */
    private Link successor;

    /** Creates a session on its first link, as the only session of its owner. */
    public Session(Link link, NegotiatedParameters parameters, SessionLimits limits, SessionCounters counters,
            ChannelAcceptor acceptor, SessionObserver observer) {
        this(link, parameters, limits, counters, acceptor, observer, new Object());
    }

    /** @param owner whose sessions share one part of the memory budget; compared by identity */
    public Session(Link link, NegotiatedParameters parameters, SessionLimits limits, SessionCounters counters,
            ChannelAcceptor acceptor, SessionObserver observer, Object owner) {
        SessionSettings settings = new SessionSettings(parameters, limits, counters);
        this.parameters = parameters;
        this.observer = observer;
        this.grace = new GracePeriod(parameters.grace(), System::nanoTime);
        this.gate = limits.rates().received().new Gate();
        this.memory = limits.memory().openSession(owner);
        this.tally = new SessionTally(counters);
        this.sender = new ReliableSender(link, parameters, limits, memory, tally, this::onTraffic);
        this.outbox = new Outbox(sender, memory, link.peer(), cause -> finish("failed: " + cause, Link::abort),
                this::onTraffic);
        this.channels = new Multiplexer(settings, sender, outbox, memory, acceptor);
        this.dispatcher = new Dispatcher(settings, channels, sender, outbox, observer,
                reason -> finish(reason, GracefulClose::awaitClose));
    }

    /**
     * Asks the peer to connect to a target; blocks while the link is busy.
     *
     * @param target null for UDP
     * @throws IOException when there are too many channels, there is too little memory, or the session has ended
     */
    public Channel open(Transport transport, Endpoint target) throws IOException {
        return channels.open(transport, target, null);
    }

    /** Like {@link #open(Transport, Endpoint)}, but charges the memory to the session of another channel. */
    public Channel open(Transport transport, Endpoint target, Channel onBehalfOf) throws IOException {
        return channels.open(transport, target, onBehalfOf);
    }

    /** Queues a message and returns at once; for threads that must not block. */
    public void post(Message message) {
        outbox.post(message);
    }

    /** Closes the channel with this id; false when there is none. */
    public boolean closeChannel(String id, String why) {
        return channels.close(id, why);
    }

    /** Closes all channels; the session goes on. */
    public void closeChannels(String why) {
        channels.closeAll(why);
    }

    /** Called by the heartbeat. */
    void onBeat() {
        channels.closeIdle();
        onTraffic();
    }

    private void onTraffic() {
        PathWatch watch = path;
        if (watch != null) {
            watch.awake();
        }
    }

    /**
     * Watches the path of the present link and its successors; without resume and flow control there is nothing to watch,
     * as no other link could go on and a full channel may silence this one.
     *
     * @param onSilent called on the shared timer when a path seems lost, so it must not block
     */
    public void watchPath(Consumer<SilentPath> onSilent) {
        reading.lock();
        try {
            Link link = sender.link();
            if (parameters.features().resume() && parameters.features().flow() && link != null) {
                path = new PathWatch(new PathWatch.Traffic(sender::sent, outbox::received, channels::size),
                        System::nanoTime, Threads::later, LocalAddresses::present, onSilent);
                path.attach(link);
            }
        } finally {
            reading.unlock();
        }
    }

    /** Address of the peer on the newest link. */
    public String peer() {
        return sender.peer();
    }

    public NegotiatedParameters parameters() {
        return parameters;
    }

    public SessionSnapshot snapshot() {
        Link current = sender.link();
        return tally.snapshot(peer(), parameters.features(), isAttached(),
                Duration.ofNanos(current == null ? 0 : current.roundTrip()), channelCount(), replayBytes());
    }

    /** The open channels, in no order. */
    public List<ChannelSnapshot> channels() {
        return channels.snapshots();
    }

    /** The number of open channels. */
    public int channelCount() {
        return channels.size();
    }

    /** Whether there is no open channel, and the peer has everything that those before have sent. */
    public boolean isIdle() {
        return channelCount() == 0 && replayBytes() == 0;
    }

    /** Why the session has ended; null before. */
    public String endReason() {
        return sender.endReason();
    }

    /** Whether the session has not ended; it may be detached. */
    public boolean isAlive() {
        return endReason() == null;
    }

    /** Whether the session has a link, as far as this side knows. */
    public boolean isAttached() {
        return sender.link() != null && isAlive();
    }

    /** How long the session has been detached; zero when it ended while attached. */
    public Duration absence() {
        return grace.elapsed();
    }

    /** Pings a peer that has been silent for a while. */
    public void probe() {
        Link current = sender.link();
        if (current != null) {
            liveness.ask(current);
        }
    }

    /** Whether the session is attached and its peer has not left {@link #probe} unanswered for too long. */
    public boolean isResponsive() {
        Link current = sender.link();
        return current != null && isAlive() && liveness.isResponsive(current);
    }

    /** Numbered messages received from the peer. */
    public long received() {
        return outbox.received();
    }

    /** Numbered messages delivered in either direction, as far as this side knows. */
    public long exchanged() {
        return outbox.received() + sender.acknowledged();
    }

    /** Memory of what channels have received and not passed on. */
    public long queuedBytes() {
        return channels.queuedBytes();
    }

    /** Bytes sent and not acknowledged. */
    public long replayBytes() {
        return sender.replayBytes();
    }

    /** The smoothed RTT of messages in nanoseconds; 0 while unknown. */
    public long smoothedRtt() {
        return sender.smoothedRtt();
    }

    // --- reading a link ----------------------------------------------------------------------------------------------

    /**
     * Reads from a link until it ends or is replaced. The session has ended then, unless it can be resumed.
     *
     * @throws IOException when the link did not end in good order
     */
    public void run(Link current) throws IOException {
        Heartbeat heartbeat = new Heartbeat(current, channels.settings(), this::onBeat);
        String why = "connection closed by peer";
        try {
            if (parameters.features().flow()) {
                current.receiveAll(message -> take(current, message));
            } else {
                // A full channel blocks this thread, which therefore must be the session's own.
                current.receiveEach(message -> {
                    gate.pass(message.length());
                    return take(current, message);
                });
            }
        } catch (LinkException e) {
            abandon(e.getMessage());
            current.close(e.closeCode(), e.getMessage());
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
            dispatch(message);
            return isAlive();
        }
        reading.lock();
        try {
            if (sender.link() != current) {
                return false;
            }
            dispatch(message);
            return true;
        } finally {
            reading.unlock();
        }
    }

    private void dispatch(Slice message) throws IOException {
        try {
            tally.received(message.length());
            dispatcher.dispatch(message);
        } catch (RuntimeException | Error e) {
            // The message may be counted but not delivered, so going on would leave a gap in a stream.
            abandon("failed: " + e);
            throw e;
        }
    }

    private void onLinkEnd(Link lost, String why) {
        lost.abort();
        if (!parameters.features().resume()) {
            abandon(why);
        } else if (detach(lost, why)) {
            LOG.log(DEBUG, () -> "session with " + peer() + " waits to be resumed: " + why);
        }
    }

    // --- detach and resume -------------------------------------------------------------------------------------------

    /** Detaches the session from a link and starts its grace period; returns false when it was not its present link. */
    private boolean detach(Link lost, String why) {
        reading.lock();
        try {
            if (!sender.detach(lost) || !isAlive()) {
                return false;
            }
            grace.start(() -> expire(why));
            if (path != null) {
                path.detach();
            }
            return true;
        } finally {
            reading.unlock();
        }
    }

    private void expire(String why) {
        reading.lock();
        try {
            if (grace.isOver()) {
                abandon(why + ", and was not resumed within " + TimeText.of(parameters.grace()));
            }
        } finally {
            reading.unlock();
        }
    }

    /**
     * Detaches the present link, so that {@link #received} is final.
     *
     * @param next the link that is to replace it, unless a newer one asks meanwhile
     * @return false when the session has ended or can't be resumed
     */
    boolean prepareResume(Link next) {
        reading.lock();
        try {
            if (!isAlive() || !parameters.features().resume()) {
                return false;
            }
            if (successor != null) {
                // It may still wait to be attached, while its peer believes that it was accepted.
                successor.abort();
            }
            successor = next;
            Link old = sender.link();
            if (old != null && detach(old, "superseded")) {
                channels.settings().counters().superseded.increment();
                old.abort();
            }
            return true;
        } finally {
            reading.unlock();
        }
    }

    /**
     * Like {@link #prepareResume(Link)}, when it is known already how many messages the peer has received.
     *
     * @throws IOException when the peer can't have received that many; the next link is closed then and the present one stays,
     *     because the two may have overtaken each other on the way here
     */
    public boolean prepareResume(Link next, long peerReceived) throws IOException {
        LinkException refusal;
        reading.lock();
        try {
            sender.checkReceived(peerReceived);
            return prepareResume(next);
        } catch (LinkException e) {
            refusal = e;
        } finally {
            reading.unlock();
        }
        next.close(refusal.closeCode(), refusal.getMessage());
        throw refusal;
    }

    /**
     * Attaches another link, after {@link #prepareResume} and after the peers have told each other what they received.
     * The caller then calls {@link #run} with it; what the peer lacks is retransmitted meanwhile.
     *
     * @throws IOException when the peer claims to have received what was not sent, the session has ended, or a newer link
     *     resumes it
     */
    public void resume(Link next, long peerReceived) throws IOException {
        sender.pause();
        try {
            attach(next, peerReceived);
        } catch (IOException | RuntimeException e) {
            sender.giveUp(next);
            onLinkEnd(next, "not resumed");
            throw e;
        }
        Threads.start("retransmission " + next.peer(), () -> sender.retransmit(next));
        observer.onResumed();
    }

    private void attach(Link next, long peerReceived) throws IOException {
        reading.lock();
        try {
            if (successor != next) {
                throw new ChannelException("another connection was resumed");
            }
            sender.attach(next, peerReceived);
            tally.resumed();
            grace.reset();
            if (path != null) {
                path.attach(next);
            }
        } catch (LinkException e) {
            abandon(e.getMessage());
            throw e;
        } finally {
            reading.unlock();
        }
    }

    // --- end ---------------------------------------------------------------------------------------------------------

    /**
     * Asks the peer to move to another session, because this side drains, and returns at once. The message is lost with its
     * link, so it is to be repeated after a resume. Without effect on a peer that does not know it.
     *
     * @param left until this side ends the session
     */
    public void leave(Duration left) {
        if (parameters.features().leave()) {
            GracefulClose.sendLeave(sender, left);
        }
    }

    /** Ends the session and all its channels, and closes the link with an RFC 6455 close code. */
    public void close(int code, String reason) {
        if (parameters.isExtended() && isAttached()) {
            GracefulClose.sendEnd(sender, reason);
        }
        finish(reason, last -> last.close(code, reason));
    }

    /** Ends the session and all its channels without telling the peer, which has forgotten the session. */
    public void abandon(String reason) {
        finish(reason, last -> { });
    }

    /** @param closeLink called with the link that the session had; not when it was detached or has ended before */
    private void finish(String reason, Consumer<Link> closeLink) {
        if (!sender.end(reason)) {
            return;
        }
        // Without the lock, which the reader may hold while it waits for a channel.
        gate.open();
        channels.endAll(reason);
        outbox.stop();
        Link last;
        reading.lock();
        try {
            last = sender.link();
            sender.detach(last);
            path = null;
            grace.cancel();
            channels.endAll(reason);
            memory.close();
        } finally {
            reading.unlock();
        }
        observer.onEnd(reason);
        if (last != null) {
            closeLink.accept(last);
        }
    }
}
