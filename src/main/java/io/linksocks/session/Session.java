package io.linksocks.session;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageReader;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Protocol;
import io.linksocks.protocol.ProtocolException;
import io.linksocks.protocol.Slice;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What two authenticated peers share: channels, and a link to carry their messages. The thread in {@link #run} reads; it
 * never writes and waits for a channel only within the bounds of {@link SessionLimits}.
 */
public final class Session {
    /** A message up to this length is part of a conversation and goes before bulk. */
    private static final int SMALL_MESSAGE = 2048;
    /** So many undecodable messages in a row are an attack or a different protocol. */
    private static final int MALFORMED_IN_A_ROW = 100;
    private static final int POLICY_VIOLATION = 1008;

    private static final System.Logger LOG = System.getLogger(Session.class.getName());

    private final Link link;
    private final SessionLimits limits;
    private final ChannelAcceptor acceptor;
    private final SessionObserver observer;
    private final ConcurrentHashMap<UUID, Channel> channels = new ConcurrentHashMap<>();
    private final SendTurn turn = new SendTurn(rank -> true);
    private final Outbox outbox;
    private final AtomicReference<String> end = new AtomicReference<>();
    private int malformed;

    public Session(Link link, SessionLimits limits, ChannelAcceptor acceptor, SessionObserver observer) {
        this.link = link;
        this.limits = limits;
        this.acceptor = acceptor;
        this.observer = observer;
        this.outbox = new Outbox(this);
    }

    SessionLimits limits() {
        return limits;
    }

    public String peer() {
        return link.peer();
    }

    public boolean isAlive() {
        return end.get() == null;
    }

    /** Channels open now. */
    public int channelCount() {
        return channels.size();
    }

    // --- life ------------------------------------------------------------------------------------------------------

    /** Reads until the link ends; all channels have ended when this returns. */
    public void run() throws IOException {
        Heartbeat heartbeat = new Heartbeat(this, link);
        try {
            for (Slice message = link.receive(); message != null; message = link.receive()) {
                dispatch(message);
            }
            finish("connection closed by peer");
        } catch (IOException e) {
            finish(reasonOf(e));
            throw e;
        } finally {
            heartbeat.stop();
        }
    }

    private static String reasonOf(IOException e) {
        return e.getMessage() == null ? "connection lost" : "connection lost: " + e.getMessage();
    }

    /** Says goodbye with an RFC 6455 close code; every channel ends. */
    public void close(int code, String reason) {
        finish(reason);
        link.close(code, reason);
    }

    private void finish(String reason) {
        if (end.compareAndSet(null, reason)) {
            outbox.stop();
            for (Channel channel : channels.values()) {
                channel.onSessionEnd(reason);
            }
            channels.clear();
        }
    }

    void linkFailed(IOException cause) {
        LOG.log(DEBUG, () -> "link to " + peer() + " failed: " + cause.getMessage());
        link.abort();
    }

    /** Closes channels that had no traffic for the idle limit. */
    void closeIdleChannels() {
        for (Channel channel : channels.values()) {
            if (channel.idleNanos() > limits.idle().toNanos()) {
                channel.close("idle for " + limits.idle().toHours() + " h");
            }
        }
    }

    // --- channels --------------------------------------------------------------------------------------------------

    /**
     * Asks the peer to connect to a target.
     *
     * @param target null for UDP
     */
    public Channel open(Protocol protocol, Endpoint target) throws IOException {
        Channel channel = new Channel(this, UUID.randomUUID(), protocol, target, true);
        if (channels.size() >= limits.channels()) {
            throw new ChannelException("too many channels: " + limits.channels() + " are open");
        }
        channels.put(channel.id(), channel);
        String ended = end.get();
        if (ended != null) {
            channels.remove(channel.id());
            throw new ChannelException(ended);
        }
        send(new Message.Connect(protocol, channel.id(), target), SendTurn.Rank.CONTROL);
        return channel;
    }

    void forget(Channel channel) {
        channels.remove(channel.id(), channel);
    }

    // --- sending ---------------------------------------------------------------------------------------------------

    /** Queues a message and returns at once; for threads that must not wait. */
    public void post(Message message) {
        outbox.post(message);
    }

    void send(Message message, SendTurn.Rank rank) throws IOException {
        transmit(MessageWriter.write(message), rank);
    }

    void send(Slice message) throws IOException {
        transmit(message, message.length() <= SMALL_MESSAGE ? SendTurn.Rank.SMALL : SendTurn.Rank.BULK);
    }

    private void transmit(Slice message, SendTurn.Rank rank) throws IOException {
        turn.acquire(rank);
        try {
            link.send(message);
        } finally {
            turn.release();
        }
    }

    // --- receiving -------------------------------------------------------------------------------------------------

    private void dispatch(Slice bytes) throws IOException {
        Message message;
        try {
            message = MessageReader.read(bytes);
            malformed = 0;
        } catch (ProtocolException e) {
            onMalformed(e, bytes.length());
            return;
        }
        switch (message) {
            case Message.Data data -> onData(data);
            case Message.Connect connect -> onConnect(connect);
            case Message.ConnectResponse response -> {
                Channel channel = channels.get(response.channel());
                if (channel != null) {
                    channel.onConnectResponse(response);
                }
            }
            case Message.Disconnect disconnect -> {
                Channel channel = channels.get(disconnect.channel());
                if (channel != null) {
                    channel.onDisconnect(disconnect.error());
                }
            }
            default -> observer.onMessage(message);
        }
    }

    private void onData(Message.Data data) {
        Channel channel = channels.get(data.channel());
        if (channel != null && channel.protocol() == data.protocol()) {
            channel.onData(data);
        }
    }

    private void onConnect(Message.Connect connect) {
        Channel channel = new Channel(this, connect.channel(), connect.protocol(), connect.target(), false);
        if (channels.size() >= limits.channels()) {
            post(new Message.ConnectResponse(false, connect.channel(), "too many channels"));
        } else if (channels.putIfAbsent(connect.channel(), channel) != null) {
            LOG.log(DEBUG, () -> peer() + " used a channel id twice");
        } else {
            acceptor.accept(channel);
        }
    }

    /** SPEC section 8: dropped, but a TCP stream may not have a hole, and too many in a row end the link. */
    private void onMalformed(ProtocolException e, int length) throws IOException {
        LOG.log(DEBUG, () -> "malformed message from " + peer() + ", type " + e.type() + ", " + length + " bytes: "
                + e.getMessage());
        Channel channel = e.channel() == null ? null : channels.get(e.channel());
        if (channel != null) {
            channel.close("malformed data");
        }
        if (++malformed >= MALFORMED_IN_A_ROW) {
            link.close(POLICY_VIOLATION, "too many malformed messages");
            throw e;
        }
    }
}
