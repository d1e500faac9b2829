package io.linksocks.relay;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.Slice;
import io.linksocks.session.Channel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPInputStream;

/** What a TCP channel receives, as a stream; credit goes back as it is read. For one thread. */
final class ChannelInput extends InputStream {
    private final Channel channel;
    private Slice payload;
    /** Its content; null when there is none in hand. */
    private InputStream content;

    ChannelInput(Channel channel) {
        this.channel = channel;
    }

    @Override
    public int read(byte[] array, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        for (;;) {
            if (content == null && !next()) {
                return -1;
            }
            int count = content.read(array, offset, length);
            if (count < 0 || content.available() == 0) {
                finish();
            }
            if (count > 0) {
                return count;
            }
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /** Whether all that was taken from the channel has been read. */
    boolean isEmpty() {
        return content == null;
    }

    /** Passes on what was taken from the channel and not read. */
    void drainTo(OutputStream out) throws IOException {
        if (content != null) {
            content.transferTo(out);
            finish();
        }
    }

    private boolean next() throws IOException {
        Message.Data data = channel.receive();
        if (data == null) {
            return false;
        }
        payload = data.payload();
        InputStream raw = new ByteArrayInputStream(payload.array(), payload.offset(), payload.length());
        content = data.compression() == Compression.NONE ? raw : new GZIPInputStream(raw);
        return true;
    }

    private void finish() throws IOException {
        content = null;
        BufferPool.release(payload.array());
        channel.consumed(payload.length());
    }
}
