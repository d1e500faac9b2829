package io.linksocks.websocket;

import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/** Writes frames (RFC 6455, section 5.2), each with one write. Not for several threads at once. */
final class FrameWriter {
    /** Two bytes, eight of length, four of key. */
    static final int MAX_HEADER = 14;
    /** RFC 6455, section 5.5. */
    static final int MAX_CONTROL = 125;
    private static final int HEADROOM = MessageWriter.HEADROOM;

    private final OutputStream out;
    private final RandomGenerator keys;

    private FrameWriter(OutputStream out, RandomGenerator keys) {
        this.out = out;
        this.keys = keys;
    }

    /** A writer for a server, whose frames are not masked. */
    static FrameWriter server(OutputStream out) {
        return new FrameWriter(out, null);
    }

    /**
     * A writer for a client. It masks a copy, for a message has to stay as it is.
     *
     * @param keys the source of masking keys; unpredictable where strangers choose the data (RFC 6455, section 10.3)
     */
    static FrameWriter client(OutputStream out, RandomGenerator keys) {
        return new FrameWriter(out, keys);
    }

    /** Writes a whole binary message. */
    void message(Slice message) throws IOException {
        frame(true, Opcode.BINARY, message);
    }

    /** Writes a control frame of at most {@link #MAX_CONTROL} bytes. */
    void control(Opcode opcode, byte[] payload) throws IOException {
        frame(true, opcode, Slice.of(payload));
    }

    /** Writes one frame, which may be part of a message. The header goes into the headroom when there is enough. */
    void frame(boolean fin, Opcode opcode, Slice payload) throws IOException {
        int length = payload.length();
        int extra = length < 126 ? 0 : length <= 0xFFFF ? Short.BYTES : Long.BYTES;
        int header = 2 + extra + (keys == null ? 0 : Integer.BYTES);
        Slice room = keys == null && payload.offset() >= header ? payload : copy(payload);
        ByteBuffer buffer = ByteBuffer.wrap(room.array()).position(room.offset() - header);
        int masked = keys == null ? 0 : 0x80;
        buffer.put((byte) ((fin ? 0x80 : 0) | opcode.code()));
        switch (extra) {
            case 0 -> buffer.put((byte) (masked | length));
            case Short.BYTES -> buffer.put((byte) (masked | 126)).putShort((short) length);
            default -> buffer.put((byte) (masked | 127)).putLong(length);
        }
        if (keys != null) {
            int key = keys.nextInt();
            buffer.putInt(key);
            Mask.apply(room.array(), room.offset(), length, key);
        }
        out.write(room.array(), room.offset() - header, header + length);
    }

    private static Slice copy(Slice payload) {
        byte[] array = new byte[HEADROOM + payload.length()];
        System.arraycopy(payload.array(), payload.offset(), array, HEADROOM, payload.length());
        return new Slice(array, HEADROOM, payload.length());
    }
}
