package io.linksocks.relay;

import static java.lang.System.Logger.Level.TRACE;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Gzip;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.ProtocolException;
import io.linksocks.protocol.Slice;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelException;
import io.linksocks.util.Reason;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Relays between a socket and a channel. One thread reads the socket; another writes to it, and lives only while there is
 * something to write. While there is little traffic, a {@link QuietStream} takes the place of both. Either direction may
 * end before the other.
 */
public final class TcpRelay {
    private static final System.Logger LOG = System.getLogger(TcpRelay.class.getName());

    /** How long a socket may stay open after the peer has closed both directions. */
    private static final Duration LINGER = Duration.ofSeconds(10);
    /** After so many batches in a row that are not bulk, a thread leaves the socket to the event loop again. */
    private static final int SMALL_IN_A_ROW = 8;

    private final Socket socket;
    private final InputStream in;
    private final Channel channel;
    private final BatchOptions options;
    /** The length from which a batch is bulk. */
    private final int bulk;
    /** Null for a socket that always has a thread. */
    private final QuietStream quiet;
    private final Duration lingerTimeout;
    private final AtomicBoolean oneEnded = new AtomicBoolean();
    private final AtomicBoolean lingering = new AtomicBoolean();
    /** Whether the socket has sent its FIN or failed, and whether it was sent ours. */
    private volatile boolean inputEnded;
    private volatile boolean outputEnded;
    /** Why writing to the socket failed; null otherwise. What the socket has sent is relayed before the channel breaks off. */
    private volatile String refusal;
    /** Grows with each batch and message that is passed on. */
    private final AtomicLong passedOn = new AtomicLong();
    private volatile ScheduledFuture<?> linger;

    /** @param in a stream to read in place of the socket's own; null for the socket's own */
    public TcpRelay(Socket socket, InputStream in, Channel channel, BatchOptions options) {
        this(socket, in, channel, options, LINGER);
    }

    TcpRelay(Socket socket, InputStream in, Channel channel, BatchOptions options, Duration lingerTimeout) {
        this.lingerTimeout = lingerTimeout;
        this.socket = socket;
        this.in = in;
        this.channel = channel;
        this.options = options;
        this.bulk = MessageWriter.DATA_ROOM + BufferPool.PAYLOAD - Batcher.room(channel.isSealed());
        this.quiet = in == null && canBeQuiet() ? new QuietStream(socket.getChannel(), channel, bulk, this) : null;
    }

    private boolean canBeQuiet() {
        return socket.getChannel() != null && channel.canTrySend()
                && Math.min(options.bufferSize(), options.compressFrom()) >= BufferPool.PAYLOAD;
    }

    /** Begins with the direction to the socket, which goes on by itself. */
    public void begin() {
        if (quiet != null) {
            quiet.begin();
        }
        channel.whenEnded(this::onChannelEnd);
        if (channel.isReadyOr(this::onArrival)) {
            onArrival();
        }
    }

    /** Relays what the socket sends until its end, after {@link #begin}. Whichever direction ends last closes the socket. */
    public void run() {
        try {
            boolean more = true;
            while (more) {
                if (quiet == null) {
                    more = relay(null);
                } else {
                    quiet.awaitTraffic();
                    more = !quiet.hasEnded() && relay(quiet.takeUnsent());
                }
            }
            inputEnded = true;
            endChannel();
            watchHalfClosed();
        } catch (IOException e) {
            LOG.log(TRACE, () -> "channel " + channel.id() + " input ended: " + e.getMessage());
            channel.close(Reason.of(e));
        } catch (RuntimeException e) {
            breakOff(e);
            throw e;
        } finally {
            inputEnded = true;
            directionEnded();
        }
    }

    /**
     * Relays until the end of the input, or until it is quiet.
     *
     * @param first what was read already; null for nothing
     * @return whether there may be more
     */
    private boolean relay(Batch first) throws IOException {
        InputStream input = in == null ? socket.getInputStream() : in;
        ReadableByteChannel direct = in == null ? socket.getChannel() : null;
        try (Batcher batcher = new Batcher(input, direct, options, System::nanoTime, Batcher.Circumstances.of(channel))) {
            // What the loop has read is a conversation, unless it is bulk: the link was busy just then.
            int small = first == null ? 0 : SMALL_IN_A_ROW - 1;
            for (Batch batch = first == null ? next(batcher) : first; batch != null; batch = next(batcher)) {
                channel.send(batch.compression(), batch.data());
                notePassedOn();
                small = batch.length() < bulk ? small + 1 : 0;
                if (quiet != null && small >= SMALL_IN_A_ROW && !batcher.hasMore()) {
                    return true;
                }
            }
            return false;
        }
    }

    void notePassedOn() {
        passedOn.incrementAndGet();
    }

    /** Called by the event loop, so that the peer need not wait for the thread. */
    void onInputEnd() {
        inputEnded = true;
        if (refusal == null) {
            channel.tryFinish();
        }
    }

    private void endChannel() throws IOException {
        if (refusal == null) {
            channel.finish();
        } else {
            channel.discard(refusal);
        }
    }

    /** Nothing reads the socket any more; the other direction may stay silent for long. */
    private void watchHalfClosed() {
        if (!outputEnded && !channel.isClosed()) {
            HalfClosedSockets.OF_PROCESS.watch(socket, () -> breakOff(new SocketException("Connection reset")));
        }
    }

    private Batch next(Batcher batcher) throws IOException {
        channel.awaitCredit();
        return batcher.next();
    }

    /** Called when the channel has something for the socket; does not block. */
    void onArrival() {
        if (channel.failure() == null && channel.isDrained()) {
            onOutputEnd();
        } else if (quiet == null) {
            startWriter();
        } else {
            quiet.write();
        }
    }

    void startWriter() {
        Threads.start("to socket", this::channelToSocket);
    }

    private void channelToSocket() {
        boolean goesOn = false;
        try {
            goesOn = writeWhatIsThere();
        } catch (ChannelException e) {
            // A stream that broke off must not look like one that ended.
            Sockets.reset(socket);
        } catch (ProtocolException e) {
            breakOff(e);
        } catch (IOException e) {
            onRefusal(e);
        } catch (RuntimeException e) {
            breakOff(e);
            throw e;
        } finally {
            if (quiet != null) {
                quiet.endWriting();
            }
            if (!goesOn) {
                directionEnded();
            }
        }
    }

    /** Returns whether there will be more; another thread writes it then. */
    private boolean writeWhatIsThere() throws IOException {
        OutputStream out = socket.getOutputStream();
        if (quiet != null) {
            writeRest(out);
        }
        while (channel.isReadyOr(this::onArrival)) {
            Message.Data data = channel.receive();
            if (data == null) {
                endOutput();
                return false;
            }
            write(data, 0, out);
            onWritten(data);
        }
        return true;
    }

    /** Writes what the quiet socket did not take. */
    private void writeRest(OutputStream out) throws IOException {
        Message.Data data = quiet.takeUnwritten();
        if (data != null) {
            write(data, quiet.written(), out);
            onWritten(data);
        }
    }

    private void onWritten(Message.Data data) {
        channel.consumed(data);
        notePassedOn();
    }

    /** Ends the direction to the socket without a thread, since that does not block. */
    void onOutputEnd() {
        try {
            endOutput();
        } catch (IOException e) {
            onRefusal(e);
        } finally {
            directionEnded();
        }
    }

    private void endOutput() throws IOException {
        socket.shutdownOutput();
        outputEnded = true;
        lingerWhenClosed();
    }

    /** Called by whoever ends the channel: both threads may wait for the socket just then, and one of them may be gone. */
    private void onChannelEnd() {
        if (channel.failure() == null) {
            lingerWhenClosed();
        } else if (channel.hasLeftovers()) {
            breakOffWhenStuck("broken off");
        } else {
            Sockets.reset(socket);
        }
    }

    private void lingerWhenClosed() {
        if (outputEnded && !inputEnded && channel.isClosed() && lingering.compareAndSet(false, true)) {
            linger = Threads.later(lingerTimeout, () -> Sockets.close(socket));
        }
    }

    /** The peer of the socket has closed, perhaps after an answer that is still to be read. */
    private void onRefusal(IOException why) {
        refusal = Reason.of(why);
        channel.endInput();
        if (inputEnded) {
            breakOff(why);
        } else {
            breakOffWhenStuck(refusal);
        }
    }

    /** Breaks off once nothing was passed on for the linger timeout. */
    private void breakOffWhenStuck(String why) {
        long seen = passedOn.get();
        linger = Threads.later(lingerTimeout, () -> {
            if (passedOn.get() == seen) {
                channel.discard(why);
                Sockets.reset(socket);
            } else {
                breakOffWhenStuck(why);
            }
        });
    }

    private void breakOff(Exception why) {
        LOG.log(TRACE, () -> "channel " + channel.id() + " output ended: " + why.getMessage());
        channel.discard(Reason.of(why));
        Sockets.reset(socket);
    }

    private void write(Message.Data data, int from, OutputStream out) throws IOException {
        Slice payload = data.payload();
        if (data.compression() != Compression.NONE) {
            Gzip.inflate(payload, Link.MESSAGE_LIMIT, out);
            return;
        }
        Slice rest = payload.part(from, payload.length() - from);
        if (socket.getChannel() == null) {
            rest.writeTo(out);
        } else {
            Sockets.write(socket.getChannel(), rest.toBuffer());
        }
        payload.release();
    }

    private void directionEnded() {
        if (!oneEnded.compareAndSet(false, true)) {
            Sockets.close(socket);
            HalfClosedSockets.OF_PROCESS.forget(socket);
            if (linger != null) {
                linger.cancel(false);
            }
        }
    }
}
