package io.linksocks.seal;

import io.linksocks.protocol.Slice;
import io.linksocks.util.Endpoint;
import java.nio.charset.StandardCharsets;

/**
 * The content of a datagram record: length (1), host, port (2), payload.
 *
 * @param address its destination, or its source on the way back
 */
public record SealedDatagram(Endpoint address, Slice payload) {
    /** What there is besides host and payload. */
    static final int HEAD = 3;
    static final int MAX_HOST = 255;

    static void write(byte[] array, int offset, byte[] host, int port, Slice payload) {
        array[offset] = (byte) host.length;
        System.arraycopy(host, 0, array, offset + 1, host.length);
        int next = offset + 1 + host.length;
        array[next] = (byte) (port >> 8);
        array[next + 1] = (byte) port;
        System.arraycopy(payload.array(), payload.offset(), array, next + 2, payload.length());
    }

    /** @throws SealException when it is malformed */
    public static SealedDatagram read(Slice content) throws SealException {
        byte[] array = content.array();
        int offset = content.offset();
        int host = content.length() < HEAD ? MAX_HOST : array[offset] & 0xFF;
        if (host == 0 || HEAD + host > content.length()) {
            throw new SealException("malformed datagram");
        }
        int next = offset + 1 + host;
        int port = (array[next] & 0xFF) << 8 | array[next + 1] & 0xFF;
        return new SealedDatagram(new Endpoint(new String(array, offset + 1, host, StandardCharsets.UTF_8), port),
                new Slice(array, next + 2, content.length() - HEAD - host));
    }
}
