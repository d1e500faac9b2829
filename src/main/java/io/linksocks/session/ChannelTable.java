package io.linksocks.session;

import io.linksocks.protocol.Message;
import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The channels of a session, and which of them a message is for. */
final class ChannelTable {
    private final ConcurrentHashMap<UUID, Channel> channels = new ConcurrentHashMap<>();
    private final Session session;
    private final ChannelAcceptor acceptor;
    /** Channels whose targets the acceptor is still looking for, even if the peer has closed them meanwhile. */
    private final AtomicInteger unanswered = new AtomicInteger();

    ChannelTable(Session session, ChannelAcceptor acceptor) {
        this.session = session;
        this.acceptor = acceptor;
    }

    int size() {
        return channels.size();
    }

    long queuedBytes() {
        return channels.values().stream().mapToLong(Channel::queuedBytes).sum();
    }

    List<ChannelSnapshot> snapshots() {
        return channels.values().stream().map(Channel::snapshot).toList();
    }

    /** Asks the peer for a channel. The session may have ended meanwhile, which then refuses to send. */
    Channel open(Transport transport, Endpoint target, SessionMemory payer) throws IOException {
        Channel channel = create(transport, target, payer);
        try {
            session.send(new Message.Connect(transport, channel.id(), target), SendTurn.Rank.CONTROL);
            channel.widen();
            if (channel.isClosed()) {
                // Evicted meanwhile, and told so before the peer knew it.
                session.post(new Message.Disconnect(channel.id(), "closed"));
            }
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close("not asked for");
            throw e;
        }
    }

    private Channel create(Transport transport, Endpoint target, SessionMemory payer) throws ChannelException {
        String refusal = refusal(transport, payer);
        if (refusal != null) {
            throw new ChannelException(refusal);
        }
        Channel channel = new Channel(session, UUID.randomUUID(), transport, target, true, payer);
        channels.put(channel.id(), channel);
        channel.charge();
        session.counters().openedChannels.increment();
        return channel;
    }

    /** Why there can't be one more channel; null when there can. */
    private String refusal(Transport transport, SessionMemory payer) {
        String reason = null;
        if (Math.max(channels.size(), unanswered.get()) >= session.limits().channels()) {
            reason = "too many channels";
        } else if (!payer.admits(Channel.memoryOf(transport))) {
            reason = "short of memory";
        }
        if (reason != null) {
            session.counters().refusedChannels.increment();
        }
        return reason;
    }

    void forget(Channel channel) {
        channels.remove(channel.id(), channel);
    }

    /** The acceptor has confirmed or refused a channel for the first time. */
    void answered() {
        unanswered.decrementAndGet();
    }

    void endAll(String reason) {
        for (Channel channel : channels.values()) {
            channel.abandon(reason);
            channels.remove(channel.id(), channel);
        }
    }

    void closeIdle() {
        channels.values().forEach(Channel::closeIfIdle);
    }

    /**
     * Hands a message to its channel. One for a channel that is gone, or not of this peer, is counted and dropped.
     *
     * @return false when the message concerns no channel
     */
    boolean deliver(Message message) {
        switch (message) {
            case Message.Data data -> onData(data);
            case Message.Credit credit -> with(credit.channel(), channel -> channel.onCredit(credit.bytes()));
            case Message.Connect connect -> onConnect(connect);
            case Message.ConnectResponse response ->
                with(response.channel(), channel -> channel.onConnectResponse(response));
            case Message.Fin fin when session.features().fin() -> with(fin.channel(), Channel::onFin);
            case Message.Disconnect disconnect ->
                with(disconnect.channel(), channel -> channel.onDisconnect(disconnect.error()));
            default -> {
                return false;
            }
        }
        return true;
    }

    private void onData(Message.Data data) {
        Channel channel = channels.get(data.channel());
        if (channel != null && channel.transport() == data.transport()) {
            channel.onData(data);
        } else {
            session.counters().ignoredMessages.increment();
        }
    }

    private void with(UUID id, Consumer<Channel> action) {
        Channel channel = channels.get(id);
        if (channel != null) {
            action.accept(channel);
        } else {
            session.counters().ignoredMessages.increment();
        }
    }

    private void onConnect(Message.Connect connect) {
        String refusal = refusal(connect.transport(), session.memory());
        if (refusal != null) {
            session.post(new Message.ConnectResponse(false, connect.channel(), refusal));
            return;
        }
        Channel channel = new Channel(session, connect.channel(), connect.transport(), connect.target(), false,
                session.memory());
        if (channels.putIfAbsent(connect.channel(), channel) == null) {
            channel.charge();
            session.counters().openedChannels.increment();
            unanswered.incrementAndGet();
            acceptor.accept(channel);
        } else {
            session.counters().ignoredMessages.increment();
        }
    }

    /** A TCP stream may not have a hole. */
    void onMalformed(UUID id) {
        Channel channel = id == null ? null : channels.get(id);
        if (channel != null) {
            channel.close("malformed data");
        }
    }
}
