package io.linksocks.session;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The channel table of a session. It opens and accepts channels, passes received messages to them, and sends their
 * messages.
 *
 * <p>Thread-safe; {@link #deliver} and {@link #onMalformed} are called by the session's reader.
 */
final class Multiplexer implements ChannelHost {
    /** Data messages up to this length are interactive traffic and overtake bulk. */
    private static final int SMALL_MESSAGE = 2048;

    private static final System.Logger LOG = System.getLogger(Multiplexer.class.getName());

    private final ConcurrentHashMap<UUID, Channel> channels = new ConcurrentHashMap<>();
    private final SessionSettings settings;
    private final ReliableSender sender;
    private final Outbox outbox;
    private final SessionMemory memory;
    private final ChannelAcceptor acceptor;
    /** Channels that the acceptor has not answered yet, including those that the peer has closed meanwhile. */
    private final AtomicInteger unanswered = new AtomicInteger();

    Multiplexer(SessionSettings settings, ReliableSender sender, Outbox outbox, SessionMemory memory,
            ChannelAcceptor acceptor) {
        this.settings = settings;
        this.sender = sender;
        this.outbox = outbox;
        this.memory = memory;
        this.acceptor = acceptor;
    }

    // --- the table ---------------------------------------------------------------------------------------------------

    int size() {
        return channels.size();
    }

    /** Memory of what channels have received and not passed on. */
    long queuedBytes() {
        return channels.values().stream().mapToLong(channel -> channel.memory().waiting()).sum();
    }

    List<ChannelSnapshot> snapshots() {
        return channels.values().stream().map(Channel::snapshot).toList();
    }

    void endAll(String reason) {
        channels.values().forEach(channel -> channel.abandon(reason));
    }

    /** Closes the channel with this id; false when there is none. */
    boolean close(String id, String why) {
        List<Channel> found = channels.values().stream().filter(channel -> channel.id().toString().equals(id)).toList();
        found.forEach(channel -> channel.discard(why));
        return !found.isEmpty();
    }

    /** Closes all channels. */
    void closeAll(String why) {
        channels.values().forEach(channel -> channel.discard(why));
    }

    void closeIdle() {
        channels.values().forEach(Channel::closeIfIdle);
    }

    // --- opening -----------------------------------------------------------------------------------------------------

    /**
     * Asks the peer for a channel.
     *
     * @param target null for UDP
     * @param onBehalfOf a channel of another session whose peer asked for this one and is charged for its memory; null when
     *     this session is
     * @throws IOException when there are too many channels, there is too little memory, or the session has ended
     */
    Channel open(Transport transport, Endpoint target, Channel onBehalfOf) throws IOException {
        Channel channel = create(transport, target, onBehalfOf == null ? memory : onBehalfOf.memory().session());
        try {
            send(new Message.Connect(transport, channel.id(), target));
            channel.widen();
            if (channel.isClosed() && !channel.isAnswered()) {
                // Evicted before the Connect was sent, so the peer ignored the Disconnect.
                post(new Message.Disconnect(channel.id(), "closed"));
            }
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close("not asked for");
            throw e;
        }
    }

    private Channel create(Transport transport, Endpoint target, SessionMemory payer) throws ChannelException {
        // The peer is slow to acknowledge; a connector that opens and closes channels to a provider must not end its session.
        String refusal = memory.isFlooding() ? refused(Inbox.SHORT_OF_MEMORY) : refusal(transport, payer);
        if (refusal != null) {
            throw new ChannelException(refusal);
        }
        Channel channel = new Channel(this, UUID.randomUUID(), transport, target, true, payer);
        channels.put(channel.id(), channel);
        channel.memory().charge();
        settings.counters().openedChannels.increment();
        return channel;
    }

    /** Peers that close what they open before it is answered cost the threads that dial. */
    private String refusal(Message.Connect connect) {
        boolean leaves = memory.kept(Backlog.ABANDONED) > 0 && memory.isOverdrawn(Backlog.ABANDONED);
        return leaves ? refused("too many connections under way") : refusal(connect.transport(), memory);
    }

    /** Returns why there can't be one more channel; null when there can. */
    private String refusal(Transport transport, SessionMemory payer) {
        if (Math.max(channels.size(), unanswered.get()) >= settings.limits().channels()) {
            return refused("too many channels");
        }
        return payer.admits(ChannelMemory.idle(transport)) ? null : refused("short of memory");
    }

    private String refused(String reason) {
        settings.counters().refusedChannels.increment();
        return reason;
    }

    // --- receiving ---------------------------------------------------------------------------------------------------

    /**
     * Passes a message to its channel. A message for an unknown channel is counted and dropped.
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
            case Message.Fin fin when settings.features().fin() -> with(fin.channel(), Channel::onFin);
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
            settings.counters().ignoredMessages.increment();
        }
    }

    private void with(UUID id, Consumer<Channel> action) {
        Channel channel = channels.get(id);
        if (channel != null) {
            action.accept(channel);
        } else {
            settings.counters().ignoredMessages.increment();
        }
    }

    private void onConnect(Message.Connect connect) {
        String refusal = refusal(connect);
        if (refusal != null) {
            post(new Message.ConnectResponse(false, connect.channel(), refusal));
            return;
        }
        Channel channel = new Channel(this, connect.channel(), connect.transport(), connect.target(), false, memory);
        if (channels.putIfAbsent(connect.channel(), channel) == null) {
            channel.memory().charge();
            settings.counters().openedChannels.increment();
            unanswered.incrementAndGet();
            acceptor.accept(channel);
        } else {
            settings.counters().ignoredMessages.increment();
        }
    }

    /**
     * Closes the channel of a message that could not be decoded, because a TCP stream must not have a gap.
     *
     * @param id null when it could not be decoded either
     */
    void onMalformed(UUID id) {
        Channel channel = id == null ? null : channels.get(id);
        if (channel != null) {
            channel.close("malformed data");
        }
    }

    // --- for the channels --------------------------------------------------------------------------------------------

    @Override
    public SessionSettings settings() {
        return settings;
    }

    @Override
    public String peer() {
        return sender.peer();
    }

    @Override
    public void send(Message message) throws IOException {
        sender.send(MessageWriter.write(message), SendTurn.Rank.CONTROL);
    }

    @Override
    public void sendData(Slice message) throws IOException {
        sender.send(message, rank(message));
    }

    @Override
    public boolean trySendData(Slice message) throws ChannelException {
        return sender.trySend(message, rank(message));
    }

    private static SendTurn.Rank rank(Slice message) {
        return message.length() <= SMALL_MESSAGE ? SendTurn.Rank.SMALL : SendTurn.Rank.BULK;
    }

    @Override
    public boolean trySend(Message message) {
        try {
            return sender.trySend(MessageWriter.write(message), SendTurn.Rank.CONTROL);
        } catch (ChannelException e) {
            LOG.log(DEBUG, () -> "nothing more to send: " + e.getMessage());
            return true;
        }
    }

    @Override
    public void post(Message message) {
        outbox.post(message);
    }

    @Override
    public boolean isCrowded() {
        return sender.isBusy();
    }

    @Override
    public boolean isFast() {
        return sender.isFast();
    }

    @Override
    public long smoothedRtt() {
        return sender.smoothedRtt();
    }

    @Override
    public long rtt() {
        return sender.rtt();
    }

    @Override
    public void onAnswered() {
        unanswered.decrementAndGet();
    }

    @Override
    public void onClosed(Channel channel) {
        channels.remove(channel.id(), channel);
    }
}
