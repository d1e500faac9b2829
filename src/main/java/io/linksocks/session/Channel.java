package io.linksocks.session;

import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Protocol;
import io.linksocks.protocol.Slice;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One SOCKS connection or UDP association inside a {@link Session}: Connect, ConnectResponse, Data both ways, Disconnect.
 *
 * <p>One thread sends, one receives; {@link #close} may come from anywhere.
 */
public final class Channel {
    private enum Stage { CONNECTING, OPEN, CLOSED }

    private final Session session;
    private final UUID id;
    private final Protocol protocol;
    private final Endpoint target;
    private final boolean opener;
    private final Inbox inbox;

    /** Guards stage and reason; nothing blocks while it is held. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Waited on by the opener for an answer; signalled when the stage changes. */
    private final Condition stageChanged = lock.newCondition();
    private Stage stage = Stage.CONNECTING;
    private String reason;

    Channel(Session session, UUID id, Protocol protocol, Endpoint target, boolean opener) {
        this.session = session;
        this.id = id;
        this.protocol = protocol;
        this.target = target;
        this.opener = opener;
        this.inbox = new Inbox(session.limits());
    }

    public UUID id() {
        return id;
    }

    public Protocol protocol() {
        return protocol;
    }

    /** Where the dialling side shall connect to; null for UDP, whose datagrams carry their own. */
    public Endpoint target() {
        return target;
    }

    /** The peer of the session, for logs. */
    public String peer() {
        return session.peer();
    }

    // --- opening ---------------------------------------------------------------------------------------------------

    /** Dialling side: tells the opener that the target is connected. */
    public void confirm() throws IOException {
        enter(Stage.OPEN, null);
        session.send(new Message.ConnectResponse(true, id, ""), SendTurn.Rank.CONTROL);
    }

    /** Dialling side: tells the opener that there will be no connection. */
    public void refuse(String error) {
        if (enter(Stage.CLOSED, error)) {
            session.forget(this);
            session.post(new Message.ConnectResponse(false, id, error));
        }
    }

    /**
     * Opener: waits for the dialling side's answer.
     *
     * @throws ChannelException when the peer refused, the session ended or the time is over; the channel is closed then
     */
    public void awaitConfirmation(Duration timeout) throws ChannelException {
        if (!awaitStageChange(timeout)) {
            close("connect timed out");
        }
        lock.lock();
        try {
            if (stage == Stage.CLOSED) {
                throw new ChannelException(reason);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitStageChange(Duration timeout) {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (stage == Stage.CONNECTING && left > 0) {
                left = stageChanged.awaitNanos(left);
            }
            return stage != Stage.CONNECTING;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    // --- sending ---------------------------------------------------------------------------------------------------

    /**
     * Sends stream bytes; blocks while the link is busy.
     *
     * @param array with at least {@link MessageWriter#DATA_ROOM} free bytes in front of the payload
     */
    public void send(Compression compression, byte[] array, int offset, int length) throws IOException {
        session.send(MessageWriter.frameTcpData(id, compression, array, offset, length));
        inbox.touch();
    }

    /** Sends one datagram; the endpoint that does not matter in this direction is null. */
    public void sendDatagram(Slice payload, Endpoint source, Endpoint destination) throws IOException {
        session.send(MessageWriter.write(
                new Message.Data(Protocol.UDP, id, Compression.NONE, payload, source, destination)));
        inbox.touch();
    }

    /**
     * Says that no more bytes will be sent. The protocol has no half-close: the side that dialled has said all there is to
     * say, while the opener leaves the answer some time to arrive.
     */
    public void finish() {
        if (opener) {
            inbox.awaitSilence(session.limits().answerPatience());
        }
        close("");
    }

    // --- receiving -------------------------------------------------------------------------------------------------

    /**
     * Waits for the next Data message.
     *
     * @return null at the end of the stream
     * @throws ChannelException when the stream ended in another way than by its end
     */
    public Message.Data receive() throws ChannelException {
        return inbox.take();
    }

    /** Reports that this many wire bytes of received payload have been passed on. */
    public void consumed(int bytes) {
        inbox.release(bytes);
    }

    // --- ending ----------------------------------------------------------------------------------------------------

    /** Ends both directions and tells the peer; without effect when it is closed already. */
    public void close(String error) {
        if (enter(Stage.CLOSED, error.isEmpty() ? "closed" : error)) {
            inbox.end(error.isEmpty() ? null : error);
            session.forget(this);
            session.post(new Message.Disconnect(id, error));
        }
    }

    /** Nanoseconds since anything was sent or received. */
    long idleNanos() {
        return inbox.idleNanos();
    }

    // --- what the session's reader thread delivers; none of it blocks for long ---------------------------------------

    void onConnectResponse(Message.ConnectResponse response) {
        if (response.success()) {
            enter(Stage.OPEN, null);
        } else if (enter(Stage.CLOSED, response.error())) {
            inbox.end(response.error());
            session.forget(this);
        }
    }

    void onData(Message.Data data) {
        if (!inbox.offer(data)) {
            close("receiver too slow: " + inbox.limitText());
        }
    }

    /** A peer without extensions gives no other sign of an orderly end, whatever its Disconnect says. */
    void onDisconnect(String error) {
        if (enter(Stage.CLOSED, error.isEmpty() ? "closed by peer" : error)) {
            inbox.end(null);
            session.forget(this);
        }
    }

    void onSessionEnd(String error) {
        if (enter(Stage.CLOSED, error)) {
            inbox.end(error);
        }
    }

    private boolean enter(Stage next, String why) {
        lock.lock();
        try {
            if (stage == Stage.CLOSED || stage == next) {
                return false;
            }
            stage = next;
            reason = why;
            stageChanged.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }
}
