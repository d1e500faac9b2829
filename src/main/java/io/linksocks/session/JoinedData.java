package io.linksocks.session;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;

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
        byte[] array = front.array();
        int start = front.offset();
        if (start + length > array.length) {
            start = MessageWriter.DATA_ROOM;
            array = new byte[start + Math.min(BufferPool.PAYLOAD, 2 * length)];
            System.arraycopy(front.array(), front.offset(), array, start, front.length());
        }
        System.arraycopy(back.array(), back.offset(), array, start + front.length(), back.length());
        return with(first, new Slice(array, start, length));
    }

    /** Returns the message, or a copy if its array is much larger than the payload. */
    static Message.Data trim(Message.Data data) {
        Slice payload = data.payload();
        int enough = MessageWriter.DATA_ROOM + payload.length();
        if (payload.array().length <= (long) BufferPool.WASTE * enough) {
            return data;
        }
        byte[] array = new byte[enough];
        System.arraycopy(payload.array(), payload.offset(), array, MessageWriter.DATA_ROOM, payload.length());
        return with(data, new Slice(array, MessageWriter.DATA_ROOM, payload.length()));
    }

    private static Message.Data with(Message.Data data, Slice payload) {
        return new Message.Data(data.transport(), data.channel(), data.compression(), payload, data.source(), data.target());
    }
}
