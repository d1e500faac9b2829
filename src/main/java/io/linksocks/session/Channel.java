package io.linksocks.session;

import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Gzip;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Protocol;
import io.linksocks.protocol.Slice;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/**
 * One SOCKS connection or UDP association inside a {@link Session}: Connect, ConnectResponse, Data both ways, Disconnect.
 *
 * <p>One thread sends, one receives; {@link #close} may come from anywhere.
 */
public final class Channel {
    /** Only whoever ends a channel tells the peer, so he does in any case. Made while there is memory. */
    private static final BiConsumer<Channel, String> DISCONNECT =
            (channel, error) -> channel.session.post(new Message.Disconnect(channel.id, error));
    private static final BiConsumer<Channel, String> REFUSAL =
            (channel, error) -> channel.session.post(new Message.ConnectResponse(false, channel.id, error));

    private final Session session;
    private final UUID id;
    private final Protocol protocol;
    private final Endpoint target;
    private final boolean opener;
    private final Inbox inbox;
    /** Null without flow control, as is the next. */
    private final SendWindow sendWindow;
    private final ReceiveWindow receiveWindow;
    private final ChannelMemory memory;
    private final long openedAt = System.nanoTime();
    private volatile long lastActivity = openedAt;
    /** Counted by the thread that delivers. */
    private volatile long receivedBytes;
    /** Counted by the thread that sends. */
    private volatile long sentBytes;
    private final ChannelStage stage = new ChannelStage();
    private final AtomicBoolean answerGiven = new AtomicBoolean();
    private volatile boolean answered;
    /** Whether it is in no table any more. */
    private volatile boolean forgotten;
    /** Told at the end; null when nobody is. */
    private volatile Runnable onEnd;

    Channel(Session session, UUID id, Protocol protocol, Endpoint target, boolean opener, SessionMemory payer) {
        this.session = session;
        this.id = id;
        this.protocol = protocol;
        this.target = target;
        this.opener = opener;
        boolean flow = session.features().flow() && protocol == Protocol.TCP;
        this.sendWindow = flow ? new SendWindow(session.peerWindow()) : null;
        this.receiveWindow = flow ? session.newReceiveWindow() : null;
        this.memory = payer.open(memoryOf(protocol), this::onEvicted);
        this.inbox = new Inbox(!flow, session.limits(), session.counters(), memory);
    }

    /** What an idle channel takes. */
    static int memoryOf(Protocol protocol) {
        return protocol == Protocol.UDP ? MemoryBudget.UDP_CHANNEL : MemoryBudget.CHANNEL;
    }

    /** Whom its memory is counted for. */
    SessionMemory payer() {
        return memory.session();
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
        noteAnswer();
        stage.open();
        session.send(new Message.ConnectResponse(true, id, ""), SendTurn.Rank.CONTROL);
        widen();
    }

    /** Grants what the peer would soon ask for on a long link; after Connect or its answer has left. */
    void widen() throws IOException {
        grant(receiveWindow == null ? 0 : receiveWindow.widen(session.distance()));
    }

    private void grant(int credit) throws IOException {
        if (credit > 0) {
            session.send(new Message.Credit(id, credit), SendTurn.Rank.CONTROL);
        }
    }

    /** Dialling side: tells the opener that there will be no connection. */
    public void refuse(String error) {
        noteAnswer();
        if (end(error)) {
            inbox.end(error);
            session.forget(this);
            Threads.insist(REFUSAL, this, error);
        }
    }

    private void noteAnswer() {
        if (answerGiven.compareAndSet(false, true)) {
            session.answered();
        }
    }

    /**
     * Opener: waits for the dialling side's answer.
     *
     * @throws ChannelException when the peer refused, the session ended or the time is over; the channel is closed then
     */
    public void awaitConfirmation(Duration timeout) throws ChannelException {
        if (!stage.awaitAnswer(timeout)) {
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
            stage.awaitOpening();
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close("interrupted");
        throw new ChannelException("interrupted");
    }

    /** Opener: whether the dialling side has answered, one way or the other. */
    public boolean isAnswered() {
        return answered;
    }

    /** Whether other channels of the session wait for their turn to send. */
    public boolean isCrowded() {
        return session.isCrowded();
    }

    /** Whether bulk leaves so fast that nobody would notice a larger message in front of his own. */
    public boolean isFast() {
        return session.isFast();
    }

    // --- sending ---------------------------------------------------------------------------------------------------

    /** Waits until the peer takes stream bytes; who reads them only then has nothing in hand while it does not. */
    public void awaitCredit() throws ChannelException {
        if (sendWindow != null && sendWindow.await()) {
            session.counters().windowStalls.increment();
        }
    }

    /** Whether there is so little memory that nobody should read more than a little ahead. */
    public boolean isShortOfMemory() {
        return session.limits().memory().isShort();
    }

    /** Counts what the sender has in hand besides what {@link #send} is given; negative when it has it no more. */
    public void lend(int bytes) {
        memory.lend(bytes);
    }

    /**
     * Sends stream bytes; blocks while there is no credit or the link is busy.
     *
     * @param array with at least {@link MessageWriter#DATA_ROOM} free bytes in front of the payload; the channel owns it from
     *     now on
     */
    public void send(Compression compression, byte[] array, int offset, int length) throws IOException {
        if (sendWindow == null) {
            stage.refuseAfterEnd();
        } else if (sendWindow.take(length)) {
            session.counters().windowStalls.increment();
        }
        lastActivity = System.nanoTime();
        sentBytes += length;
        memory.lend(array.length);
        try {
            session.sendData(MessageWriter.frameTcpData(id, compression, array, offset, length));
        } finally {
            memory.lend(-array.length);
        }
    }

    /** Sends one datagram; the endpoint that does not matter in this direction is null. */
    public void sendDatagram(Slice payload, Endpoint source, Endpoint destination) throws IOException {
        stage.refuseAfterEnd();
        lastActivity = System.nanoTime();
        sentBytes += payload.length();
        session.sendData(MessageWriter.write(
                new Message.Data(Protocol.UDP, id, Compression.NONE, payload, source, destination)));
    }

    /** Whether one direction may end before the other; without, {@link #finish} waits for the rest of an answer. */
    public boolean halfCloses() {
        return session.features().fin() && protocol == Protocol.TCP;
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
            inbox.awaitQuiet(session.limits().answerPatience());
        }
        close("");
    }

    private void sendFin() throws IOException {
        if (stage.sendFin()) {
            session.send(new Message.Fin(id), SendTurn.Rank.CONTROL);
            endAfterBothFins();
        }
    }

    /** Nobody needs to be told: both sides know that both have ended. */
    private void endAfterBothFins() {
        if (stage.closeAfterBothFins()) {
            session.forget(this);
        }
    }

    // --- receiving -------------------------------------------------------------------------------------------------

    /**
     * Waits until {@link #receive} would not have to; false when it still would after this time.
     *
     * @throws ChannelException when the thread is interrupted
     */
    public boolean awaitData(Duration patience) throws ChannelException {
        return inbox.await(patience);
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
        inbox.drop();
    }

    /** Reports that a received message has been passed on. */
    public void consumed(Message.Data data) throws IOException {
        boolean more = inbox.release(data);
        if (forgotten) {
            giveBackWhenDrained();
        }
        long now = System.nanoTime();
        lastActivity = now;
        int bytes = data.payload().length();
        grant(receiveWindow != null && more ? receiveWindow.consume(bytes, session.roundTrip(), now) : 0);
    }

    /** Whether nothing waits to be received, not even the end of the stream. */
    public boolean isQuiet() {
        return inbox.isQuiet();
    }

    /** Whether both directions have ended. */
    public boolean isClosed() {
        return stage.isClosed();
    }

    // --- ending ----------------------------------------------------------------------------------------------------

    /** Ends both directions and tells the peer; without effect when it is closed already. */
    public void close(String error) {
        if (end(error.isEmpty() ? "closed" : error)) {
            inbox.end(error.isEmpty() ? null : error);
            session.forget(this);
            Threads.insist(DISCONNECT, this, error);
        }
    }

    /** The same, also for what the peer has sent before an orderly end: nobody will pass it on. */
    public void discard(String error) {
        boolean first = end(error.isEmpty() ? "closed" : error);
        if (error.isEmpty()) {
            inbox.drop();
        } else {
            inbox.end(error);
        }
        session.forget(this);
        if (first) {
            Threads.insist(DISCONNECT, this, error);
        }
    }

    /** It is in no table any more. What it has of memory and of growth, it gives back as soon as all has been passed on. */
    void onForgotten() {
        forgotten = true;
        giveBackWhenDrained();
        Runnable told = onEnd;
        if (told != null) {
            told.run();
        }
    }

    private void giveBackWhenDrained() {
        if (inbox.isDrained()) {
            giveBack();
        }
    }

    /** Memory and growth. */
    void giveBack() {
        memory.close();
        if (receiveWindow != null) {
            receiveWindow.release();
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
        if (forgotten && told != null) {
            told.run();
        }
    }

    /** Whether what was received ends too early: the stream broke off. */
    public boolean isBroken() {
        return inbox.isBroken();
    }

    /** Whether nothing that was received is still to be passed on. */
    public boolean isDrained() {
        return inbox.isDrained();
    }

    /** Nanoseconds since anything was sent, received or passed on. */
    long idleNanos() {
        return System.nanoTime() - lastActivity;
    }

    /** Memory of what was received and not passed on. */
    long queuedBytes() {
        return memory.waiting();
    }

    ChannelSnapshot snapshot() {
        return new ChannelSnapshot(id, protocol, target, receivedBytes, sentBytes, queuedBytes(),
                Duration.ofNanos(System.nanoTime() - openedAt), Duration.ofNanos(idleNanos()));
    }

    // --- what the session's reader thread delivers; none of it blocks for long ---------------------------------------

    void onConnectResponse(Message.ConnectResponse response) {
        answered = true;
        if (response.success()) {
            stage.open();
        } else if (end(response.error())) {
            inbox.end(response.error());
            session.forget(this);
        }
    }

    void onData(Message.Data data) {
        lastActivity = System.nanoTime();
        receivedBytes += data.payload().length();
        if (data.compression() == Compression.GZIP && data.payload().length() < Gzip.SHORTEST) {
            close("malformed data");
        } else if (receiveWindow != null && !receiveWindow.admit(data.payload().length())) {
            close("more data than credit");
        } else {
            String trouble = inbox.offer(data);
            if (trouble != null) {
                close(trouble);
            }
        }
    }

    /** There is too little memory, and this channel has most of it. */
    private void onEvicted() {
        discard(Inbox.SHORT_OF_MEMORY);
    }

    void onCredit(int bytes) {
        if (sendWindow != null && !sendWindow.grant(bytes)) {
            close("more credit than allowed");
        }
    }

    void onFin() {
        // The inbox first: our own Fin may end the channel in this moment, which looks whether all has been received.
        inbox.end(null);
        stage.receiveFin();
        endAfterBothFins();
    }

    /** A peer without half-close gives no other sign of an orderly end, whatever its Disconnect says. */
    void onDisconnect(String error) {
        answered = true;
        if (end(error.isEmpty() ? "closed by peer" : error)) {
            inbox.end(error.isEmpty() || !session.features().fin() ? null : error);
            session.forget(this);
        }
    }

    void onSessionEnd(String error) {
        if (end(error)) {
            inbox.end(error);
        }
    }

    private boolean end(String why) {
        boolean first = stage.close(why);
        if (first && sendWindow != null) {
            sendWindow.close();
        }
        return first;
    }
}
