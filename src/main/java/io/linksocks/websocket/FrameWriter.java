package io.linksocks.websocket;

import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.util.DeadlineOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Writes the frames of a server, which are not masked (RFC 6455, section 5.2), each with one write. Not thread-safe. */
final class FrameWriter {
    /** Two bytes, eight of length, four of key. */
    static final int MAX_HEADER = 14;
    /** RFC 6455, section 5.5. */
    static final int MAX_CONTROL = 125;

    private final OutputStream out;
    /** The same stream if it writes direct buffers without a copy, else null. */
    private final DeadlineOutput direct;

    FrameWriter(OutputStream out) {
        this.out = out;
        this.direct = out instanceof DeadlineOutput socket ? socket : null;
    }

    /** Writes a whole binary message. */
    void message(Slice message) throws IOException {
        frame(true, Opcode.BINARY, message);
    }

    /** Writes a control frame of at most {@link #MAX_CONTROL} bytes. */
    void control(Opcode opcode, byte[] payload) throws IOException {
        byte[] array = new byte[MessageWriter.HEADROOM + payload.length];
        System.arraycopy(payload, 0, array, MessageWriter.HEADROOM, payload.length);
        frame(true, opcode, new Slice(array, MessageWriter.HEADROOM, payload.length));
    }

    /**
     * Writes one frame, which may be part of a message.
     *
     * @param payload with {@link MessageWriter#HEADROOM} bytes in front, for the header
     */
    void frame(boolean fin, Opcode opcode, Slice payload) throws IOException {
        int length = payload.length();
        int extra = length < 126 ? 0 : length <= 0xFFFF ? Short.BYTES : Long.BYTES;
        int start = payload.offset() - 2 - extra;
        ByteBuffer buffer = payload.buffer().put(start, (byte) ((fin ? 0x80 : 0) | opcode.code()));
        switch (extra) {
            case 0 -> buffer.put(start + 1, (byte) length);
            case Short.BYTES -> buffer.put(start + 1, (byte) 126).putShort(start + 2, (short) length);
            default -> buffer.put(start + 1, (byte) 127).putLong(start + 2, length);
        }
        Slice whole = new Slice(payload.buffer(), start, 2 + extra + length);
        if (direct == null) {
            whole.writeTo(out);
        } else {
            direct.write(whole.toBuffer());
        }
    }
}
