package io.linksocks.session;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Protocol;
import io.linksocks.protocol.Slice;

/**
 * Puts small messages of a stream into one, and large arrays around small payloads away: a message that waits holds on to the
 * array in which it came. All that it makes has room for a header in front. Guarded by its inbox.
 */
final class JoinedData {
    /** The array that was made by joining last, and has room behind what is in it. */
    private byte[] open;

    /** Whether both are of one stream and short enough for one message. */
    boolean fits(Message.Data first, Message.Data second) {
        return isPlainStream(first) && isPlainStream(second)
                && first.payload().length() + second.payload().length() <= BufferPool.PAYLOAD;
    }

    private static boolean isPlainStream(Message.Data data) {
        return data.protocol() == Protocol.TCP && data.compression() == Compression.NONE;
    }

    /** The second behind the first, of which nothing may be used any more. */
    Message.Data join(Message.Data first, Message.Data second) {
        Slice front = first.payload();
        Slice back = second.payload();
        int length = front.length() + back.length();
        int start = front.offset();
        if (front.array() != open || start + length > open.length) {
            start = MessageWriter.DATA_ROOM;
            open = new byte[start + Math.min(BufferPool.PAYLOAD, 2 * length)];
            System.arraycopy(front.array(), front.offset(), open, start, front.length());
        }
        System.arraycopy(back.array(), back.offset(), open, start + front.length(), back.length());
        return with(first, new Slice(open, start, length));
    }

    /** The message itself, or one like it in an array that is not too large for it. */
    Message.Data trim(Message.Data data) {
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
        return new Message.Data(data.protocol(), data.channel(), data.compression(), payload, data.source(), data.target());
    }
}
