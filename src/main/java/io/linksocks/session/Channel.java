package io.linksocks.session;

import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Gzip;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One SOCKS connection or UDP association inside a {@link Session}: Connect, ConnectResponse, Data both ways, Disconnect.
 *
 * <p>One thread sends, one receives; {@link #close} may come from anywhere.
 */
public final class Channel {
    private final ChannelHost host;
    private final UUID id;
    private final Transport transport;
    private final Endpoint target;
    private final boolean opener;
    private final ChannelMemory memory;
    private final ChannelState state;
    private final Inbox inbox;
    private final long openedAt = System.nanoTime();
    private final AtomicBoolean answerGiven = new AtomicBoolean();
    /** Told at the end; null when nobody is. */
    private volatile Runnable onEnd;

    Channel(ChannelHost host, UUID id, Transport transport, Endpoint target, boolean opener, SessionMemory payer) {
        this.host = host;
        this.id = id;
        this.transport = transport;
        this.target = target;
        this.opener = opener;
        SessionSettings settings = host.settings();
        this.memory = new ChannelMemory(payer, memoryOf(transport), this::onEvicted);
        this.state = new ChannelState(settings.sendWindow(transport), settings.receiveWindow(transport), settings.limits(),
                settings.counters(), memory, this::onClosed);
        this.inbox = state.inbox();
    }

    /** Counts its memory from now on; it may be evicted from then on, so it is in its table by then. */
    void charge() {
        memory.charge();
    }

    /** What an idle channel takes. */
    static int memoryOf(Transport transport) {
        return transport == Transport.UDP ? MemoryBudget.UDP_CHANNEL : MemoryBudget.CHANNEL;
    }

    /** Whom its memory is counted for. */
    SessionMemory payer() {
        return memory.session();
    }

    public UUID id() {
        return id;
    }

    public Transport transport() {
        return transport;
    }

    /** Where the dialling side shall connect to; null for UDP, whose datagrams carry their own. */
    public Endpoint target() {
        return target;
    }

    /** The peer of the session, for logs. */
    public String peer() {
        return host.peer();
    }

    // --- opening ---------------------------------------------------------------------------------------------------

    /** Dialling side: tells the opener that the target is connected. */
    public void confirm() throws IOException {
        noteAnswer();
        state.confirm();
        host.send(new Message.ConnectResponse(true, id, ""));
        widen();
    }

    /** Grants what the peer would soon ask for on a long link; after Connect or its answer has left. */
    void widen() throws IOException {
        grant(state.widen(host.rtt()));
    }

    private void grant(int credit) throws IOException {
        if (credit > 0) {
            host.send(new Message.Credit(id, credit));
        }
    }

    /** Dialling side: tells the opener that there will be no connection. */
    public void refuse(String error) {
        noteAnswer();
        if (state.close(error, error)) {
            host.post(new Message.ConnectResponse(false, id, error));
        }
    }

    private void noteAnswer() {
        if (answerGiven.compareAndSet(false, true)) {
            host.onAnswered();
        }
    }

    /**
     * Opener: waits for the dialling side's answer.
     *
     * @throws ChannelException when the peer refused, the session ended or the time is over; the channel is closed then
     */
    public void awaitConfirmation(Duration timeout) throws ChannelException {
        if (!state.awaitAnswer(timeout)) {
            close("connect timed out");
        }
        awaitConfirmation();
    }

    /**
     * The same for as long as nobody closes the channel.
     *
     * @throws ChannelException also when the thread is interrupted, which closes it
     */
    public void awaitConfirmation() throws ChannelException {
        try {
            state.awaitConfirmation();
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close("interrupted");
        throw new ChannelException("interrupted");
    }

    /** Opener: whether the dialling side has answered, one way or the other. */
    public boolean isAnswered() {
        return state.isAnswered();
    }

    /** Whether other channels of the session wait for their turn to send. */
    public boolean isCrowded() {
        return host.isCrowded();
    }

    /** Whether bulk leaves so fast that nobody would notice a larger message in front of his own. */
    public boolean isFast() {
        return host.isFast();
    }

    // --- sending ---------------------------------------------------------------------------------------------------

    /** Waits until the peer takes stream bytes; who reads them only then has nothing in hand while it does not. */
    public void awaitCredit() throws ChannelException {
        state.takeCredit(0);
    }

    /** Whether there is so little memory that nobody should read more than a little ahead. */
    public boolean isShortOfMemory() {
        return host.settings().limits().memory().isShort();
    }

    /** Counts what the sender has in hand besides what {@link #send} is given; negative when it has it no more. */
    public void lend(int bytes) {
        memory.lend(bytes);
    }

    /** Takes memory for a message that waits elsewhere than in the inbox; false when there is too little of it. */
    public boolean take(int bytes) {
        return memory.take(bytes);
    }

    /** Gives back what was taken. */
    public void give(int bytes) {
        memory.give(bytes);
    }

    /**
     * Sends stream bytes; blocks while there is no credit or the link is busy.
     *
     * @param array with at least {@link MessageWriter#DATA_ROOM} free bytes in front of the payload; the channel owns it from
     *     now on
     */
    public void send(Compression compression, byte[] array, int offset, int length) throws IOException {
        state.takeCredit(length);
        memory.lend(array.length);
        try {
            host.sendData(MessageWriter.frameTcpData(id, compression, array, offset, length));
        } finally {
            memory.lend(-array.length);
        }
    }

    /** Sends one datagram; the endpoint that does not matter in this direction is null. */
    public void sendDatagram(Slice payload, Endpoint source, Endpoint destination) throws IOException {
        state.takeCredit(payload.length());
        host.sendData(MessageWriter.write(
                new Message.Data(Transport.UDP, id, Compression.NONE, payload, source, destination)));
    }

    /** Whether one direction may end before the other; without, {@link #finish} waits for the rest of an answer. */
    public boolean halfCloses() {
        return host.settings().features().fin() && transport == Transport.TCP;
    }

    /**
     * Says that no more bytes will be sent. A peer without half-close can't be told: the side that dialled then closes,
     * for it has said all there is to say, while the opener leaves the answer some time to arrive.
     */
    public void finish() throws IOException {
        if (halfCloses()) {
            sendFin();
            return;
        }
        if (opener) {
            inbox.awaitQuiet(host.settings().limits().answerTimeout());
        }
        close("");
    }

    private void sendFin() throws IOException {
        if (state.sendFin()) {
            host.send(new Message.Fin(id));
        }
    }

    // --- receiving -------------------------------------------------------------------------------------------------

    /**
     * Waits until {@link #receive} would not have to; false when it still would after this time.
     *
     * @throws ChannelException when the thread is interrupted
     */
    public boolean awaitData(Duration timeout) throws ChannelException {
        return inbox.await(timeout);
    }

    /**
     * Waits for the next Data message.
     *
     * @return null at the end of the stream
     * @throws ChannelException when the stream ended in another way than by its end
     */
    public Message.Data receive() throws ChannelException {
        return inbox.take();
    }

    /**
     * Whether {@link #receive} would not have to wait. If it would, a channel that is silent for long needs no thread for it.
     *
     * @param callback called once it would not, by the session's reader or whoever ends the channel; must not block
     */
    public boolean isReadyOr(Runnable callback) {
        return inbox.isReadyOr(callback);
    }

    /** Nothing more is wanted: whoever receives comes to the end, and what still arrives is dropped. */
    public void endInput() {
        state.dropInput();
    }

    /** Reports that a received message has been passed on. */
    public void consumed(Message.Data data) throws IOException {
        grant(state.consume(data, host.smoothedRtt()));
    }

    /** Whether nothing waits to be received, not even the end of the stream. */
    public boolean isQuiet() {
        return inbox.isQuiet();
    }

    /** Whether both directions have ended. */
    public boolean isClosed() {
        return state.isClosed();
    }

    // --- ending ----------------------------------------------------------------------------------------------------

    /** Ends both directions and tells the peer; without effect when it is closed already. */
    public void close(String error) {
        if (state.close(error.isEmpty() ? "closed" : error, error.isEmpty() ? null : error)) {
            host.post(new Message.Disconnect(id, error));
        }
    }

    /** The same, also for what the peer has sent before an orderly end: nobody will pass it on. */
    public void discard(String error) {
        if (state.discard(error.isEmpty() ? "closed" : error, error.isEmpty() ? null : error)) {
            host.post(new Message.Disconnect(id, error));
        }
    }

    /** Both directions have ended, or what was left will not be received. */
    private void onClosed() {
        host.onClosed(this);
        Runnable told = onEnd;
        if (told != null) {
            told.run();
        }
    }

    /**
     * Has somebody told when both directions have ended, which may be before all has been received, and again if what was left
     * will not be.
     *
     * @param told called by whoever ends the channel; must not block; null for nobody any more
     */
    public void whenEnded(Runnable told) {
        onEnd = told;
        if (told != null && state.isClosed()) {
            told.run();
        }
    }

    /** Why what was received ends too early; null when the stream did not break off. */
    public String failure() {
        return inbox.failure();
    }

    /** Whether nothing that was received is still to be passed on. */
    public boolean isDrained() {
        return inbox.isDrained();
    }

    /** Whether something that was received is still to be passed on. */
    public boolean hasLeftovers() {
        return inbox.hasLeftovers();
    }

    /** Nanoseconds since anything was sent, received or passed on. */
    long idleNanos() {
        return state.idleNanos();
    }

    /** Memory of what was received and not passed on. */
    long queuedBytes() {
        return memory.waiting();
    }

    ChannelSnapshot snapshot() {
        return new ChannelSnapshot(id, transport, target, inbox.receivedBytes(), state.sentBytes(), queuedBytes(),
                Duration.ofNanos(System.nanoTime() - openedAt), Duration.ofNanos(idleNanos()));
    }

    // --- what the session's reader thread delivers; none of it blocks for long ---------------------------------------

    void onConnectResponse(Message.ConnectResponse response) {
        if (response.success()) {
            state.confirm();
        } else {
            state.answered();
            state.close(response.error(), response.error());
        }
    }

    void onData(Message.Data data) {
        if (data.compression() == Compression.GZIP && data.payload().length() < Gzip.SHORTEST) {
            close("malformed data");
            return;
        }
        String trouble = inbox.offer(data);
        if (trouble != null) {
            close(trouble);
        }
    }

    /** There is too little memory, and this channel has most of it. */
    private void onEvicted() {
        discard(Inbox.SHORT_OF_MEMORY);
    }

    void onCredit(int bytes) {
        if (!state.grant(bytes)) {
            close("more credit than allowed");
        }
    }

    void onFin() {
        state.receiveFin();
    }

    /** A peer without half-close gives no other sign of an orderly end, whatever its Disconnect says. */
    void onDisconnect(String error) {
        state.answered();
        state.disconnect(error.isEmpty() ? "closed by peer" : error, error.isEmpty() || !host.settings().features().fin() ? null : error);
    }

    /** Ends it without a word to the peer. */
    void abandon(String error) {
        state.close(error, error);
    }

    /** Ends the channel when nothing has moved for too long. */
    void closeIfIdle() {
        String expiry = state.idleExpiry();
        if (expiry != null) {
            discard(expiry);
        }
    }
}
