package io.linksocks.websocket;

import io.linksocks.protocol.BufferPool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** The bytes of a link: a buffered stream, and the channel below it, from which a message is read without a copy. */
final class LinkInput {
    private final InputStream in;
    private final ReadableByteChannel channel;
    private volatile long lastHeard = System.nanoTime();

    /**
     * @param in buffered, with large reads bypassing the buffer; available() is what the buffer holds, if there is a channel
     * @param channel null when only the stream may be read, as with TLS
     */
    LinkInput(InputStream in, ReadableByteChannel channel) {
        this.in = in;
        this.channel = channel;
    }

    /** Where messages should come from. */
    BufferPool pool() {
        return channel == null ? BufferPool.HEAP : BufferPool.DIRECT;
    }

    int read(byte[] array, int offset, int length) throws IOException {
        int count = in.read(array, offset, length);
        lastHeard = System.nanoTime();
        return count;
    }

    int read(ByteBuffer buffer, int offset, int length) throws IOException {
        if (buffer.hasArray()) {
            return read(buffer.array(), offset, length);
        }
        int buffered = Math.min(in.available(), length);
        if (buffered > 0) {
            buffer.put(offset, in.readNBytes(buffered));
            return buffered;
        }
        int count = channel.read(buffer.slice(offset, length));
        lastHeard = System.nanoTime();
        return count;
    }

    /** When bytes last arrived, so a large message on a slow line counts as activity; on the {@link System#nanoTime} scale. */
    long lastHeard() {
        return lastHeard;
    }
}
