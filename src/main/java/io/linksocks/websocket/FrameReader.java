package io.linksocks.websocket;

import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Reads frames and assembles binary messages; refuses text (RFC 6455, section 7.4.1, code 1003).
 *
 * <pre>
 *  0 1 2 3 4 5 6 7 0 1 2 3 4 5 6 7
 * +-+-+-+-+-------+-+-------------+-------------------------+--------------+---------
 * |F|R|R|R|opcode |M| length      | length, if 126: 16 bits | masking key, | payload
 * |I|S|S|S|       |A| 0-125, 126, |         if 127: 64 bits | if M: 32 bits| ...
 * |N|V|V|V|       |S| 127         |                         |              |
 * +-+-+-+-+-------+-+-------------+-------------------------+--------------+---------
 * </pre>
 *
 * <p>(RFC 6455, section 5.2.) Any violation ends the connection, so a reader must not be used after an exception.
 */
final class FrameReader {
    /** Up to a full batch of 1 MiB and its headers, the declared length is allocated at once; then as bytes arrive. */
    static final int TRUSTED = (1 << 20) + 1024;
    private static final int HEADROOM = MessageWriter.HEADROOM;

    private final LinkInput in;
    private final boolean masked;
    private int limit;
    private final byte[] header = new byte[FrameWriter.MAX_HEADER];

    private Opcode frame;
    private boolean fin;
    private int size;
    private int key;

    /** Whether a fragmented message is incomplete. */
    private boolean begun;
    private ByteBuffer message;
    private int length;

    /**
     * @param in buffered, with large reads bypassing the buffer
     * @param masked whether the peer is a client, which masks its frames; a server must not (RFC 6455, section 5.1)
     * @param limit largest message in bytes, including all fragments
     */
    FrameReader(InputStream in, boolean masked, int limit) {
        this(new LinkInput(in, null), masked, limit);
    }

    FrameReader(LinkInput in, boolean masked, int limit) {
        this.in = in;
        this.masked = masked;
        this.limit = limit;
    }

    /** Changes the limit; only between messages. */
    void limit(int bytes) {
        limit = bytes;
    }

    /**
     * Reads up to the next event.
     *
     * @throws WebSocketException when the peer violated the protocol or exceeded the limit
     * @throws EOFException when the stream ended without a Close
     */
    FrameEvent read() throws IOException {
        FrameEvent event;
        do {
            readHeader();
            event = frame.isControl() ? control() : data();
        } while (event == null);
        return event;
    }

    private void readHeader() throws IOException {
        fill(header, 0, 2);
        if ((header[0] & 0x70) != 0) {
            throw violation("reserved bit set");
        }
        fin = header[0] < 0;
        frame = Opcode.of(header[0] & 0x0F);
        if (header[1] < 0 != masked) {
            throw violation(masked ? "unmasked frame from a client" : "masked frame from a server");
        }
        int shortLength = header[1] & 0x7F;
        checkOrder(shortLength);
        int extra = shortLength < 126 ? 0 : shortLength == 126 ? Short.BYTES : Long.BYTES;
        fill(header, 2, extra + (masked ? Integer.BYTES : 0));
        ByteBuffer rest = ByteBuffer.wrap(header).position(2);
        size = checkLength(shortLength, rest);
        key = masked ? rest.getInt() : 0;
    }

    /** Checks that control frames are short and unfragmented (RFC 6455, section 5.5), and fragments in order (section 5.4). */
    private void checkOrder(int shortLength) throws WebSocketException {
        if (frame.isControl()) {
            if (!fin || shortLength > FrameWriter.MAX_CONTROL) {
                throw violation("fragmented or long control frame");
            }
        } else if ((frame == Opcode.CONTINUATION) != begun) {
            throw violation("unexpected " + (begun ? "start of a message" : "continuation"));
        } else if (frame == Opcode.TEXT) {
            throw new WebSocketException(CloseCode.UNSUPPORTED_DATA, "only binary messages are understood");
        }
    }

    /** Checks that the length has the shortest form and is not negative (RFC 6455, section 5.2). */
    private int checkLength(int shortLength, ByteBuffer rest) throws WebSocketException {
        if (shortLength < 126) {
            return checkLimit(shortLength);
        }
        boolean wide = shortLength == 127;
        long declared = wide ? rest.getLong() : Short.toUnsignedLong(rest.getShort());
        if (declared < 0 || declared < (wide ? 0x10000 : 126)) {
            throw violation("length not in its shortest form");
        }
        return checkLimit(declared);
    }

    private int checkLimit(long declared) throws WebSocketException {
        if (!frame.isControl() && declared > limit - length) {
            throw new WebSocketException(CloseCode.TOO_BIG, "message over " + limit + " bytes");
        }
        return (int) declared;
    }

    private FrameEvent control() throws IOException {
        byte[] payload = new byte[size];
        fill(payload, 0, size);
        Mask.apply(ByteBuffer.wrap(payload), 0, size, key);
        return switch (frame) {
            case PING -> new FrameEvent.Ping(payload);
            case PONG -> new FrameEvent.Pong(payload);
            default -> FrameEvent.Close.read(payload);
        };
    }

    private FrameEvent data() throws IOException {
        begun = !fin;
        readPayload();
        return fin ? complete() : null;
    }

    private void readPayload() throws IOException {
        for (int left = size; left > 0; ) {
            reserve(left);
            int start = HEADROOM + length;
            int count = in.read(message, start, Math.min(left, message.capacity() - start));
            if (count < 0) {
                throw ended();
            }
            Mask.apply(message, start, count, Mask.advance(key, size - left));
            length += count;
            left -= count;
        }
    }

    /** Makes room for at least one more byte: at most doubles the array, up to the declared length. */
    private void reserve(int left) {
        int used = HEADROOM + length;
        if (message != null && message.capacity() > used) {
            return;
        }
        int wanted = Math.min(left, Math.max(TRUSTED, length));
        boolean single = fin && frame != Opcode.CONTINUATION;
        int room = single ? wanted : Math.min(limit - length, Math.max(wanted, length));
        message = message == null
                ? in.pool().atLeast(used + room)
                : ByteBuffer.allocate(used + room).put(0, message, 0, used);
    }

    private FrameEvent.Message complete() {
        ByteBuffer buffer = message == null ? ByteBuffer.allocate(HEADROOM) : message;
        FrameEvent.Message whole = new FrameEvent.Message(new Slice(buffer, HEADROOM, length));
        message = null;
        length = 0;
        return whole;
    }

    private void fill(byte[] array, int offset, int count) throws IOException {
        for (int done = 0; done < count; ) {
            int n = in.read(array, offset + done, count - done);
            if (n < 0) {
                throw ended();
            }
            done += n;
        }
    }

    private static EOFException ended() {
        return new EOFException("connection ended without a close frame");
    }

    private static WebSocketException violation(String reason) {
        return new WebSocketException(CloseCode.PROTOCOL_ERROR, reason);
    }
}
