package io.linksocks.relay;

import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Gzip;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.ProtocolException;
import io.linksocks.protocol.Slice;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelException;
import io.linksocks.util.BlockInput;
import io.linksocks.util.TimeText;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/** What comes through a channel. Credit goes back to the sender message by message, when the reader has taken it. */
final class ChannelInput extends BlockInput {
    private final ChannelStreams streams;
    private final Channel channel;
    private volatile Duration timeout = Duration.ZERO;
    private volatile boolean shutDown;

    /** Guards all below; held while its owner waits for data. The thread that closes the channel wakes it without the lock. */
    private final ReentrantLock reading = new ReentrantLock();
    /** The message that is being read; null between messages. */
    private Message.Data message;
    private InputStream content;
    private boolean ended;

    ChannelInput(ChannelStreams streams, Channel channel) {
        this.streams = streams;
        this.channel = channel;
    }

    void timeout(Duration wanted) {
        timeout = wanted;
    }

    void shutDown() {
        shutDown = true;
        channel.endInput();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        reading.lock();
        try {
            streams.refuseWhenClosed();
            if (length == 0) {
                return 0;
            }
            while (message == null && !isAtEnd()) {
                advance();
            }
            return isAtEnd() ? -1 : take(buffer, offset, length);
        } catch (ChannelException e) {
            throw streams.explain(e);
        } catch (ProtocolException e) {
            throw malformed(e);
        } finally {
            reading.unlock();
        }
    }

    /** What can be read without waiting, at least. */
    @Override
    public int available() throws IOException {
        reading.lock();
        try {
            streams.refuseWhenClosed();
            if (message == null && !isAtEnd() && channel.awaitData(Duration.ZERO)) {
                advance();
            }
            return message == null || shutDown ? 0 : content.available();
        } catch (ChannelException e) {
            throw streams.explain(e);
        } catch (ProtocolException e) {
            throw malformed(e);
        } finally {
            reading.unlock();
        }
    }

    /** Whether all that was taken from the channel has been read. */
    boolean isEmpty() {
        reading.lock();
        try {
            return message == null;
        } finally {
            reading.unlock();
        }
    }

    /** Passes on what was taken from the channel and not read. */
    void drainTo(OutputStream out) throws IOException {
        reading.lock();
        try {
            if (message != null) {
                content.transferTo(out);
                passOnWhenRead();
            }
        } finally {
            reading.unlock();
        }
    }

    /** As with a socket, this ends the other direction too. */
    @Override
    public void close() {
        streams.close();
    }

    private boolean isAtEnd() {
        return ended || shutDown;
    }

    /** Waits for the next message, or the end. */
    private void advance() throws IOException {
        Duration limit = timeout;
        if (!limit.isZero() && !channel.awaitData(limit)) {
            throw new SocketTimeoutException("nothing from " + streams.target() + " within " + TimeText.of(limit));
        }
        message = channel.receive();
        ended = message == null;
        if (ended) {
            streams.refuseWhenClosed();
        } else {
            content = open(message);
            passOnWhenRead();
        }
    }

    private static InputStream open(Message.Data data) throws ProtocolException {
        Slice payload = data.payload();
        return data.compression() == Compression.NONE
                ? new Payload(payload.toBuffer())
                : Gzip.open(payload, Link.MESSAGE_LIMIT);
    }

    /** Drops the message, so that the next read finds the failure of the channel and not the end of its stream. */
    private IOException malformed(ProtocolException e) {
        message = null;
        content = null;
        channel.close("malformed data");
        return new IOException("connection to " + streams.target() + " broke off: " + e.getMessage(), e);
    }

    private int take(byte[] buffer, int offset, int length) throws IOException {
        int count = content.read(buffer, offset, length);
        passOnWhenRead();
        return count;
    }

    private void passOnWhenRead() throws IOException {
        if (content.available() > 0) {
            return;
        }
        Message.Data read = message;
        message = null;
        content = null;
        if (read.compression() == Compression.NONE) {
            read.payload().release();
        }
        channel.consumed(read);
    }

    private static final class Payload extends InputStream {
        private final ByteBuffer bytes;

        Payload(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        @Override
        public int available() {
            return bytes.remaining();
        }

        @Override
        public int read() {
            return bytes.hasRemaining() ? bytes.get() & 0xFF : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            int count = Math.min(length, bytes.remaining());
            bytes.get(target, offset, count);
            return count == 0 && length > 0 ? -1 : count;
        }
    }
}
