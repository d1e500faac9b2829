package io.linksocks.websocket;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.MessageReader;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import java.nio.ByteBuffer;

/**
 * Assembles the parts of a message in one buffer. A Data message of LinkSocks declares its length at the start, so it is copied
 * only once; for other messages the buffer grows.
 */
final class MessageAssembler {
    private static final int HEADROOM = MessageWriter.HEADROOM;

    private final int limit;
    private ByteBuffer buffer;
    private int length;
    private int declared;

    MessageAssembler(int limit) {
        this.limit = limit;
    }

    /**
     * Copies one part.
     *
     * @return the message when it is complete, otherwise null
     * @throws WebSocketException when the message exceeds the limit
     */
    Slice add(ByteBuffer part, boolean last) throws WebSocketException {
        int count = part.remaining();
        if (count > limit - length) {
            throw new WebSocketException(CloseCode.TOO_BIG, "message over " + limit + " bytes");
        }
        reserve(part, last);
        buffer.put(HEADROOM + length, part, part.position(), count);
        length += count;
        return last ? complete() : null;
    }

    private void reserve(ByteBuffer part, boolean last) {
        int needed = length + part.remaining();
        if (buffer == null) {
            declared = last ? needed : MessageReader.declaredLength(part, limit);
            buffer = BufferPool.DIRECT.atLeast(HEADROOM + Math.max(needed, Math.min(declared, FrameReader.TRUSTED)));
        } else if (buffer.capacity() - HEADROOM < needed) {
            int more = declared > length ? Math.min(declared, 2 * length) : 2 * length;
            ByteBuffer larger = ByteBuffer.allocate(HEADROOM + Math.max(needed, Math.min(more, limit)));
            buffer = larger.put(0, buffer, 0, HEADROOM + length);
        }
    }

    private Slice complete() {
        Slice message = new Slice(buffer, HEADROOM, length);
        buffer = null;
        length = 0;
        return message;
    }
}
