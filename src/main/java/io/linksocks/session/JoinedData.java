package io.linksocks.session;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import java.nio.ByteBuffer;

/**
 * The compaction of queued Data messages: joins small messages of a stream, and copies small payloads out of large
 * arrays. A queued message pins the array it was received in, which no other uses. Results have room for a header before
 * the payload.
 */
final class JoinedData {
    private JoinedData() {}

    /** Whether both belong to a stream and fit into one message. */
    static boolean fits(Message.Data first, Message.Data second) {
        return isPlainStream(first) && isPlainStream(second)
                && first.payload().length() + second.payload().length() <= BufferPool.PAYLOAD;
    }

    private static boolean isPlainStream(Message.Data data) {
        return data.transport() == Transport.TCP && data.compression() == Compression.NONE;
    }

    /** Joins two messages, neither of which may be used any more. */
    static Message.Data join(Message.Data first, Message.Data second) {
        Slice front = first.payload();
        Slice back = second.payload();
        int length = front.length() + back.length();
        ByteBuffer buffer = front.buffer();
        int start = front.offset();
        if (start + length > buffer.capacity()) {
            start = MessageWriter.DATA_ROOM;
            buffer = ByteBuffer.allocate(start + Math.min(BufferPool.PAYLOAD, 2 * length));
            front.copyTo(buffer.array(), start);
        }
        buffer.put(start + front.length(), back.buffer(), back.offset(), back.length());
        return with(first, new Slice(buffer, start, length));
    }

    /** Returns the message, or a copy if its buffer is much larger than the payload. */
    static Message.Data trim(Message.Data data) {
        Slice payload = data.payload();
        int enough = MessageWriter.DATA_ROOM + payload.length();
        if (payload.capacity() <= (long) BufferPool.WASTE * enough) {
            return data;
        }
        byte[] array = new byte[enough];
        payload.copyTo(array, MessageWriter.DATA_ROOM);
        return with(data, new Slice(array, MessageWriter.DATA_ROOM, payload.length()));
    }

    private static Message.Data with(Message.Data data, Slice payload) {
        return new Message.Data(data.transport(), data.channel(), data.compression(), payload, data.source(), data.target());
    }
}
