package io.linksocks.websocket;

import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.Slice;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a peer sent: a whole message or a control frame. */
sealed interface FrameEvent {
    /**
     * A binary message, assembled from its fragments.
     *
     * @param data has {@code MessageWriter.HEADROOM} free bytes in front and belongs to the receiver
     */
    record Message(Slice data) implements FrameEvent {}

    /** To be answered with a Pong of the same payload. */
    record Ping(byte[] payload) implements FrameEvent {}

    /** The answer to a Ping, or unsolicited. */
    record Pong(byte[] payload) implements FrameEvent {}

    /**
     * The last frame of a peer (RFC 6455, section 5.5.1).
     *
     * @param code {@link CloseCode#NO_STATUS} when the frame has none
     */
    record Close(int code, String reason) implements FrameEvent {
        /** A control frame holds 125 bytes, of which the code takes two. */
        private static final int MAX_REASON = 123;
        private static final byte[] EMPTY = {};

        static Close read(byte[] payload) throws WebSocketException {
            if (payload.length == 0) {
                return new Close(CloseCode.NO_STATUS, "");
            }
            if (payload.length == 1) {
                throw new WebSocketException(CloseCode.PROTOCOL_ERROR, "close code cut short");
            }
            ByteBuffer buffer = ByteBuffer.wrap(payload);
            int code = Short.toUnsignedInt(buffer.getShort());
            if (!CloseCode.mayBeSent(code)) {
                throw new WebSocketException(CloseCode.PROTOCOL_ERROR, "invalid close code");
            }
            try {
                return new Close(code, StandardCharsets.UTF_8.newDecoder().decode(buffer).toString());
            } catch (CharacterCodingException e) {
                throw new WebSocketException(CloseCode.INVALID_DATA, "close reason is not UTF-8");
            }
        }

        /** Empty for a code that must not be sent; a long reason is cut at a character boundary. */
        byte[] payload() {
            if (!CloseCode.mayBeSent(code)) {
                return EMPTY;
            }
            ByteBuffer buffer = ByteBuffer.allocate(Short.BYTES + MAX_REASON).putShort((short) code);
            StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(reason), buffer, true);
            return Arrays.copyOf(buffer.array(), buffer.position());
        }

        /** As much of a reason as fits into a frame. */
        static String cut(String reason) {
            byte[] payload = new Close(CloseCode.NORMAL, reason).payload();
            return new String(payload, Short.BYTES, payload.length - Short.BYTES, StandardCharsets.UTF_8);
        }
    }
}
