package io.linksocks.seal;

import java.nio.ByteBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;

/**
 * What became of a Connect, as the payload of the second handshake message: status (1), length (1), error, and zeros up
 * to the same size always.
 */
final class Verdict {
    static final int SIZE = 128;
    private static final int HEAD = 2;
    private static final int CONNECTED = 0;
    private static final int FAILED = 1;

    private Verdict() {}

    /**
     * @param error cut at the end of a character when it is long, and with spaces for control characters, which could forge a
     *     line of a log; empty when the target is connected
     */
    static byte[] encode(String error) {
        ByteBuffer payload = ByteBuffer.allocate(SIZE).position(HEAD);
        CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPLACE);
        utf8.encode(CharBuffer.wrap(error.replaceAll("\\p{Cc}", " ")), payload, true);
        payload.put(0, (byte) (error.isEmpty() ? CONNECTED : FAILED));
        payload.put(1, (byte) (payload.position() - HEAD));
        return payload.array();
    }

    /** Returns the error, which is empty when the target is connected. */
    static String decode(byte[] payload) throws SealException {
        int length = payload[1] & 0xFF;
        if (HEAD + length > SIZE || payload[0] != (length == 0 ? CONNECTED : FAILED)) {
            throw new SealException("malformed verdict");
        }
        String error = new String(payload, HEAD, length, StandardCharsets.UTF_8);
        if (!Arrays.equals(encode(error), payload)) {
            throw new SealException("malformed verdict");
        }
        return error;
    }
}
