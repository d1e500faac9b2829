package io.linksocks.session;

import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Gzip;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.seal.RecordWriter;
import io.linksocks.seal.Records;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A TCP connection or UDP association inside a {@link Session}: Connect, ConnectResponse, Data both ways, Disconnect.
 *
 * <p>One thread sends and one receives at a time; all other methods are thread-safe.
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
    private final SendWindow sendWindow;
    /** The inbox, or what opens the records in it. */
    private volatile Incoming incoming;
    /** Null unless the channel is sealed. */
    private volatile Sealing sealing;
    /** Holds credit back while the peer sends too fast. */
    private final RateLimit.Turn creditTurn;
    private final long openedAt = System.nanoTime();
    /** What became of an accepted channel; the opener's has no answer to give. */
    private final AtomicReference<Answer> answer;
    /** Called when the channel has closed; null for none. */
    private volatile Runnable onEnd;

    private enum Answer { DUE, ABANDONED, GIVEN }

    Channel(ChannelHost host, UUID id, Transport transport, Endpoint target, boolean opener, SessionMemory payer) {
        this.host = host;
        this.id = id;
        this.transport = transport;
        this.target = target;
        this.opener = opener;
        SessionSettings settings = host.settings();
        this.memory = new ChannelMemory(payer, ChannelMemory.idle(transport), () -> discard(Inbox.SHORT_OF_MEMORY));
        this.state = new ChannelState(settings.credit(transport), settings.receiveWindow(transport), settings.limits(),
                settings.counters(), memory, this::onClosed);
        this.creditTurn = settings.limits().rates().received().new Turn(
                credit -> host.sendSoon(new Message.Credit(id, credit)));
        this.answer = new AtomicReference<>(opener ? Answer.GIVEN : Answer.DUE);
        this.inbox = state.inbox();
        this.sendWindow = state.sendWindow();
        this.incoming = inbox;
    }

    /** What the channel takes of the memory budget. */
    public ChannelMemory memory() {
        return memory;
    }

    public UUID id() {
        return id;
    }

    public Transport transport() {
        return transport;
    }

    /** The destination that the dialling side connects to; null for UDP, whose datagrams carry their own. */
    public Endpoint target() {
        return target;
    }

    /** The address of the peer, for logs. */
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

    /** Grants additional credit in advance if the RTT is long; called after Connect or its answer was sent. */
    void widen() {
        creditTurn.ask(state.widen(host.rtt()));
    }

    /** Dialling side: tells the opener that the connection failed. */
    public void refuse(String error) {
        noteAnswer();
        if (state.close(error, error)) {
            host.post(new Message.ConnectResponse(false, id, error));
        }
    }

    private void noteAnswer() {
        Answer before = answer.getAndSet(Answer.GIVEN);
        if (before != Answer.GIVEN) {
            host.onAnswered();
        }
        if (before == Answer.ABANDONED) {
            memory.session().keep(Backlog.ABANDONED, -MemoryBudget.ABANDONED);
        }
    }

    /**
     * Opener: waits for the dialling side's answer.
     *
     * @throws ChannelException when the peer refused, the session ended or the timeout expired; the channel is closed then
     */
    public void awaitConfirmation(Duration timeout) throws ChannelException {
        try {
            if (!state.awaitConfirmation(timeout)) {
                giveUp("connect timed out");
                state.awaitConfirmation(null);
            }
        } catch (InterruptedException e) {
            close("interrupted");
            throw ChannelException.interrupted();
        }
    }

    /** The same without a timeout; an interrupt closes the channel. */
    public void awaitConfirmation() throws ChannelException {
        awaitConfirmation(null);
    }

    /** Opener: closes the channel unless the dialling side has answered, whether or not anybody has noticed yet. */
    public void giveUp(String error) {
        if (state.giveUp(error)) {
            postDisconnect(error);
        }
    }

    /** Opener: whether the dialling side has confirmed or refused the channel. */
    public boolean isAnswered() {
        return state.isAnswered();
    }

    /** Whether other channels wait to send, or may because of a limited rate. */
    public boolean isCrowded() {
        return host.isCrowded() || host.settings().limits().rates().sent().isSet();
    }

    /** Whether the link drains faster than 64 MiB/s, so that larger batches delay other channels little. */
    public boolean isFast() {
        return host.isFast();
    }

    /**
     * Seals what is sent from now on, and opens what is received; before anything else is.
     *
     * @param first a received message whose records the reader has been offered; null for none
     */
    public void seal(Records records, Message.Data first) {
        Sealing seal = new Sealing(this, records);
        incoming = new SealedInput(this, inbox, records.reader(), memory, seal, first);
        sealing = seal;
        if (seal.memory() > 0 && !memory.take(seal.memory())) {
            discard(Inbox.SHORT_OF_MEMORY);
        }
    }

    /** Whether the payload is sealed, so that it is not compressed. */
    public boolean isSealed() {
        return sealing != null;
    }

    // --- sending ---------------------------------------------------------------------------------------------------

    /** Blocks until there is credit. A sender that reads its source only then buffers nothing while the peer stalls. */
    public void awaitCredit() throws ChannelException {
        sendWindow.take(0);
    }

    /**
     * Sends stream bytes; blocks while there is no credit or the link is busy.
     *
     * @param data with at least {@link MessageWriter#DATA_ROOM} free bytes in front, and {@link RecordWriter#ROOM} more and
     *     on the heap if it is sealed; the channel owns its buffer
     */
    public void send(Compression compression, Slice data) throws IOException {
        memory.lend(data.capacity());
        try {
            sendWindow.take(isSealed() ? RecordWriter.sealedLength(data.length()) : data.length());
            host.sendData(frame(compression, payload(data)));
        } finally {
            memory.lend(-data.capacity());
        }
    }

    /** Whether {@link #trySend} can ever succeed; when it can't, a thread has to send. */
    public boolean canTrySend() {
        return host.settings().parameters().isExtended();
    }

    /** Whether there is credit, so that {@link #send} would not wait for it. */
    public boolean hasCredit() {
        return sendWindow.isOpen();
    }

    /**
     * Like {@link #send}, but never waits nor blocks.
     *
     * @return false when it would have to; the caller's next message is the same one then
     */
    public boolean trySend(Compression compression, Slice data) throws IOException {
        if (!sendWindow.isOpen()) {
            return false;
        }
        Slice payload = payload(data);
        if (!host.trySendData(frame(compression, payload))) {
            if (isSealed()) {
                sealing.keep(payload);
            }
            return false;
        }
        sendWindow.spend(payload.length());
        return true;
    }

    private Slice payload(Slice data) throws IOException {
        return sealing == null ? data : sealing.seal(data);
    }

    private Slice frame(Compression compression, Slice payload) {
        return MessageWriter.frameTcpData(id, compression, payload);
    }

    void sendRecord(Slice record) throws IOException {
        sendWindow.take(record.length());
        host.sendData(frame(Compression.NONE, record));
    }

    /** Sends one datagram; the endpoint that does not apply in this direction is null. */
    public void sendDatagram(Slice payload, Endpoint source, Endpoint destination) throws IOException {
        if (sealing == null) {
            sendWindow.take(payload.length());
            host.sendData(MessageWriter.frameDatagram(id, payload, source, destination));
            return;
        }
        Slice record = sealing.sealDatagram(payload, source == null ? destination : source);
        if (record != null) {
            sendRecord(record);
        }
    }

    /** Like {@link #sendDatagram}, but never waits nor blocks; returns false when it would have to, and if it is sealed. */
    public boolean trySendDatagram(Slice payload, Endpoint source, Endpoint destination) throws IOException {
        if (isSealed() || !sendWindow.isOpen()
                || !host.trySendData(MessageWriter.frameDatagram(id, payload, source, destination))) {
            return false;
        }
        sendWindow.spend(payload.length());
        return true;
    }

    /** Whether {@link #finish} never waits nor blocks, and the other direction goes on. */
    public boolean halfCloses() {
        return hasFin() && !isSealed();
    }

    boolean hasFin() {
        return host.settings().features().fin() && transport == Transport.TCP;
    }

    /**
     * Ends the sending direction. Without half-close the peer can't be told: the dialling side then closes the channel
     * at once, and the opener after the answer has arrived ({@link SessionLimits#answerTimeout}). If the channel is sealed
     * a record tells it, for which this waits for credit.
     */
    public void finish() throws IOException {
        if (isSealed()) {
            sealing.finish();
        }
        if (hasFin()) {
            if (state.sendFin()) {
                host.sendSoon(new Message.Fin(id));
            }
        } else if (isSealed()) {
            sealing.closeIfBothEnded();
        } else {
            if (opener) {
                inbox.awaitQuiet(host.settings().limits().answerTimeout());
            }
            close("");
        }
    }

    /** Like {@link #finish}, if the channel half-closes and the link is free. Never waits nor blocks. */
    public void tryFinish() {
        if (halfCloses() && state.canSendFin() && host.trySend(new Message.Fin(id))) {
            state.sendFin();
        }
    }

    // --- receiving -------------------------------------------------------------------------------------------------

    /** Waits until {@link #receive} would not block; returns false on timeout. */
    public boolean awaitData(Duration timeout) throws ChannelException {
        return incoming.await(timeout);
    }

    /**
     * Waits for the next Data message.
     *
     * @return null at the end of the stream
     * @throws ChannelException when the stream broke off
     */
    public Message.Data receive() throws ChannelException {
        return incoming.take();
    }

    /**
     * Returns whether {@link #receive} would not block; if it would, registers a callback.
     *
     * @param callback called once when data or the end arrives, by any thread; must not block
     */
    public boolean isReadyOr(Runnable callback) {
        return incoming.isReadyOr(callback);
    }

    /** Drops what was received and what still arrives; {@link #receive} then returns the end of the stream. */
    public void endInput() {
        state.dropInput();
    }

    /** Reports that a received message was passed on, which may grant credit to the peer. Does not block. */
    public void consumed(Message.Data data) {
        Message.Data received = incoming.source(data);
        if (received != null) {
            release(received);
        }
    }

    void release(Message.Data received) {
        creditTurn.ask(state.consume(received, host.smoothedRtt()));
    }

    /** Whether {@link #receive} would block. */
    public boolean isQuiet() {
        return incoming.isQuiet();
    }

    /** Whether both directions are closed. */
    public boolean isClosed() {
        return state.isClosed();
    }

    // --- ending ----------------------------------------------------------------------------------------------------

    /** Closes both directions and tells the peer; without effect when both are closed already. */
    public void close(String error) {
        if (state.close(error.isEmpty() ? "closed" : error, error.isEmpty() ? null : error)) {
            postDisconnect(error);
        }
    }

    /** Like {@link #close}, and drops what the peer sent before an orderly end. */
    public void discard(String error) {
        if (error.isEmpty() && isSealed() && sealing.leave()) {
            return;
        }
        if (state.discard(error.isEmpty() ? "closed" : error, error.isEmpty() ? null : error)) {
            postDisconnect(error);
        }
    }

    /** What went wrong at the end of a sealed channel is not for a relay. */
    private void postDisconnect(String error) {
        host.post(new Message.Disconnect(id, isSealed() && !error.isEmpty() ? "aborted" : error));
    }

    /** Called when both directions have closed, and again when the rest of the input is dropped. */
    private void onClosed() {
        creditTurn.withdraw();
        if (answer.compareAndSet(Answer.DUE, Answer.ABANDONED)) {
            memory.session().keep(Backlog.ABANDONED, MemoryBudget.ABANDONED);
        }
        host.onClosed(this);
        Runnable callback = onEnd;
        if (callback != null) {
            callback.run();
        }
    }

    /**
     * Sets a callback for the close of both directions; it is called again when unread data is dropped.
     *
     * @param callback called by the thread that closes the channel; must not block; null for none
     */
    public void whenEnded(Runnable callback) {
        onEnd = callback;
        if (callback != null && state.isClosed()) {
            callback.run();
        }
    }

    /** Why the input broke off; null when it did not. */
    public String failure() {
        return inbox.failure();
    }

    /** Whether the input has ended and nothing of it is left to pass on. */
    public boolean isDrained() {
        return inbox.isDrained() && (!isSealed() || sealing.hasInputEnded());
    }

    /** Whether received data is left to pass on. */
    public boolean hasLeftovers() {
        return inbox.hasLeftovers();
    }

    ChannelSnapshot snapshot() {
        return new ChannelSnapshot(id, transport, target, inbox.receivedBytes(), sendWindow.sentBytes(), memory.waiting(),
                Duration.ofNanos(System.nanoTime() - openedAt), Duration.ofNanos(state.idleNanos()));
    }

    // --- events from the session's reader, which don't block for long ---------------------------------------

    void onConnectResponse(Message.ConnectResponse response) {
        if (response.success()) {
            state.confirm();
        } else {
            state.refuse(response.error());
        }
    }

    void onData(Message.Data data) {
        if (data.compression() == Compression.GZIP && data.payload().length() < Gzip.SHORTEST) {
            close("malformed data");
            return;
        }
        String refusal = inbox.offer(data);
        if (refusal != null) {
            close(refusal);
        }
    }

    void onCredit(int bytes) {
        if (!sendWindow.grant(bytes)) {
            close("more credit than allowed");
        }
    }

    void onFin() {
        state.receiveFin();
    }

    /** Without half-close, Disconnect is the only orderly end, whatever error it carries. */
    void onDisconnect(String error) {
        state.disconnect(error.isEmpty() ? "closed by peer" : error,
                error.isEmpty() || !host.settings().features().fin() ? null : error);
    }

    /** Closes the channel without telling the peer. */
    void abandon(String error) {
        state.close(error, error);
    }

    /** Closes the channel when it has been silent for too long. */
    void closeIfIdle() {
        String why = state.closeIfIdle();
        if (why != null) {
            postDisconnect(why);
        }
    }
}
