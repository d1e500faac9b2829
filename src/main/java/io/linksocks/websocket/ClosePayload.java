package io.linksocks.websocket;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The payload of a Close frame: nothing, or a code and a reason (RFC 6455, section 5.5.1). */
final class ClosePayload {
    /** A control frame holds 125 bytes, of which the code takes two. */
    private static final int MAX_REASON = 123;
    private static final byte[] EMPTY = {};

    private ClosePayload() {}

    static FrameEvent.Close read(byte[] payload) throws WebSocketException {
        if (payload.length == 0) {
            return new FrameEvent.Close(CloseCode.NO_STATUS, "");
        }
        if (payload.length == 1) {
            throw new WebSocketException(CloseCode.PROTOCOL_ERROR, "close code cut short");
        }
        ByteBuffer buffer = ByteBuffer.wrap(payload);
        int code = Short.toUnsignedInt(buffer.getShort());
        if (!CloseCode.mayTravel(code)) {
            throw new WebSocketException(CloseCode.PROTOCOL_ERROR, "invalid close code");
        }
        try {
            return new FrameEvent.Close(code, StandardCharsets.UTF_8.newDecoder().decode(buffer).toString());
        } catch (CharacterCodingException e) {
            throw new WebSocketException(CloseCode.INVALID_DATA, "close reason is not UTF-8");
        }
    }

    /** A code that may not travel leaves the payload empty; a long reason is cut at a character boundary. */
    static byte[] write(int code, String reason) {
        if (!CloseCode.mayTravel(code)) {
            return EMPTY;
        }
        ByteBuffer buffer = ByteBuffer.allocate(Short.BYTES + MAX_REASON).putShort((short) code);
        StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(reason), buffer, true);
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    /** The reason as far as it fits into a frame. */
    static String cut(String reason) {
        byte[] payload = write(CloseCode.NORMAL, reason);
        return new String(payload, Short.BYTES, payload.length - Short.BYTES, StandardCharsets.UTF_8);
    }
}
