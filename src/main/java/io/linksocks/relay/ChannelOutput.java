package io.linksocks.relay;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.session.Channel;
import java.io.IOException;
import java.io.OutputStream;

/** Sends what is written on a TCP channel, at once; waits while there is no credit. For one thread. */
final class ChannelOutput extends OutputStream {
    private final Channel channel;

    ChannelOutput(Channel channel) {
        this.channel = channel;
    }

    @Override
    public void write(byte[] array, int offset, int length) throws IOException {
        for (int at = offset, end = offset + length; at < end; at += BufferPool.PAYLOAD) {
            int count = Math.min(end - at, BufferPool.PAYLOAD);
            channel.awaitCredit();
            byte[] message = BufferPool.atLeast(MessageWriter.DATA_ROOM + count);
            System.arraycopy(array, at, message, MessageWriter.DATA_ROOM, count);
            channel.send(Compression.NONE, message, MessageWriter.DATA_ROOM, count);
        }
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    /** Ends this direction. */
    @Override
    public void close() throws IOException {
        channel.finish();
    }
}
