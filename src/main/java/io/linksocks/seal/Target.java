package io.linksocks.seal;

import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a connector asks for, as the payload of the first handshake message: transport (1), port (2), length (1), host,
 * and zeros up to one of three sizes.
 *
 * @param endpoint null for UDP
 */
record Target(Transport transport, Endpoint endpoint) {
    /** The sizes make addresses of whole groups of base64; the largest fits into the 255 bytes of an address. */
    static final int[] SIZES = {32, 80, 128};
    private static final int HEAD = 4;
    static final int MAX_HOST = SIZES[SIZES.length - 1] - HEAD;

    private static final byte[] NO_HOST = {};

    /** @throws SealException when the host is too long */
    byte[] encode() throws SealException {
        byte[] host = endpoint == null ? NO_HOST : endpoint.host().getBytes(StandardCharsets.UTF_8);
        int port = endpoint == null ? 0 : endpoint.port();
        byte[] payload = new byte[sizeFor(host.length)];
        payload[0] = (byte) transport.code();
        payload[1] = (byte) (port >> 8);
        payload[2] = (byte) port;
        payload[3] = (byte) host.length;
        System.arraycopy(host, 0, payload, HEAD, host.length);
        return payload;
    }

    private static int sizeFor(int host) throws SealException {
        for (int size : SIZES) {
            if (HEAD + host <= size) {
                return size;
            }
        }
        throw new SealException("a host of " + host + " bytes is too long for a sealed channel, which takes " + MAX_HOST);
    }

    static Target decode(byte[] payload) throws SealException {
        int length = payload[3] & 0xFF;
        boolean tcp = payload[0] == Transport.TCP.code();
        if (!tcp && payload[0] != Transport.UDP.code() || tcp == (length == 0) || HEAD + length > payload.length) {
            throw new SealException("malformed target");
        }
        String host = new String(payload, HEAD, length, StandardCharsets.UTF_8);
        int port = (payload[1] & 0xFF) << 8 | payload[2] & 0xFF;
        Target target = tcp ? new Target(Transport.TCP, new Endpoint(host, port)) : new Target(Transport.UDP, null);
        if (host.codePoints().anyMatch(Character::isISOControl) || !Arrays.equals(target.encode(), payload)) {
            throw new SealException("malformed target");
        }
        return target;
    }
}
