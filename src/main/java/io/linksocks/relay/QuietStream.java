package io.linksocks.relay;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.Slice;
import io.linksocks.session.Channel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * The quiet socket of a {@link TcpRelay}. It gives up without credit, turn or room on the link, with a full socket, for
 * bulk, for anything to inflate, and at every end.
 */
final class QuietStream extends QuietSocket {
    private final SocketChannel socket;
    private final Channel channel;
    private final int bulk;
    /** Free bytes in front of what is read. */
    private final int room;
    private final TcpRelay relay;
    /** Read and not sent; null for nothing. */
    private Batch unsent;
    private boolean ended;
    /** Received and not written as a whole; null for nothing. */
    private Message.Data unwritten;
    private int written;

    /**
     * @param bulk how many bytes at a time are too many for the loop
     * @param relay whose threads take over
     */
    QuietStream(SocketChannel socket, Channel channel, int bulk, TcpRelay relay) {
        super(socket);
        this.socket = socket;
        this.channel = channel;
        this.bulk = bulk;
        this.room = Batcher.room(channel.isSealed());
        this.relay = relay;
    }

    /** What was read and is still to be sent after {@link #awaitTraffic}; null for nothing. */
    Batch takeUnsent() {
        Batch rest = unsent;
        unsent = null;
        return rest;
    }

    /** Whether there is nothing more to read after {@link #awaitTraffic}. */
    boolean hasEnded() {
        return ended;
    }

    @Override
    protected boolean relay(ByteBuffer scratch) throws IOException {
        if (!channel.hasCredit()) {
            return false;
        }
        int length = socket.read(scratch.clear().limit(channel.memory().isShort() ? Batcher.PARKED : bulk));
        if (length < 0) {
            ended = true;
            relay.onInputEnd();
        }
        if (length <= 0) {
            return length == 0;
        }
        ByteBuffer buffer = BufferPool.HEAP.atLeast(room + length).put(room, scratch, 0, length);
        Slice data = new Slice(buffer, room, length);
        if (length < bulk && channel.trySend(Compression.NONE, data)) {
            relay.notePassedOn();
            return true;
        }
        unsent = new Batch(Compression.NONE, data);
        return false;
    }

    @Override
    protected boolean writeAll() {
        try {
            while (channel.isReadyOr(relay::onArrival)) {
                Message.Data data = channel.receive();
                if (data == null) {
                    relay.onOutputEnd();
                    return true;
                }
                if (!write(data)) {
                    return false;
                }
                channel.consumed(data);
                relay.notePassedOn();
            }
            return true;
        } catch (IOException e) {
            // The thread, which tries again, gets it as well.
            return false;
        }
    }

    private boolean write(Message.Data data) throws IOException {
        Slice payload = data.payload();
        unwritten = data;
        written = 0;
        if (data.compression() != Compression.NONE || payload.length() >= bulk) {
            return false;
        }
        written = socket.write(payload.toBuffer());
        if (written < payload.length()) {
            return false;
        }
        unwritten = null;
        payload.release();
        return true;
    }

    @Override
    protected void startWriter() {
        relay.startWriter();
    }

    /** What the first thread has to write before it receives; null for nothing. */
    Message.Data takeUnwritten() {
        Message.Data data = unwritten;
        unwritten = null;
        return data;
    }

    /** How much of that was written. */
    int written() {
        return written;
    }
}
