package io.linksocks.socks;

import io.linksocks.util.Endpoint;
import io.linksocks.util.IpLiteral;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The address part that requests, replies and datagrams share (RFC 1928, section 5).
 *
 * <pre>
 *   +----+-----------------------------------------------------+------+
 *   |ATYP| 01: 4 bytes   03: length(1), name   04: 16 bytes    | PORT |
 *   +----+-----------------------------------------------------+------+
 * </pre>
 */
final class SocksAddress {
    static final byte VERSION = 0x05;

    /** Bytes in front of ATYP: version, command or reply, reserved. */
    static final int PREFIX = 3;

    static final int IPV4 = 0x01;
    static final int DOMAIN = 0x03;
    private static final int IPV6 = 0x04;
    static final int PORT_LENGTH = 2;
    private static final int MAX_NAME = 0xFF;

    /** ATYP, length byte, the longest name, port. */
    static final int MAX_LENGTH = 1 + 1 + MAX_NAME + PORT_LENGTH;

    private SocksAddress() {}

    /** Reads exactly this many bytes: what follows may be payload. */
    static byte[] read(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("SOCKS message ends " + (length - bytes.length) + " bytes too early");
        }
        return bytes;
    }

    /** Reads what follows an ATYP byte. */
    static Endpoint readAddress(InputStream in, int type) throws IOException {
        int length = type == DOMAIN ? read(in, 1)[0] & 0xFF : fixedLength(type);
        byte[] bytes = read(in, length + PORT_LENGTH);
        return decode(type, bytes, 0, length);
    }

    /** Length of an address without a length byte. */
    static int fixedLength(int type) throws SocksException {
        return switch (type) {
            case IPV4 -> IpLiteral.IPV4_LENGTH;
            case IPV6 -> IpLiteral.IPV6_LENGTH;
            default -> throw new SocksException(SocksReply.ADDRESS_TYPE_NOT_SUPPORTED, "unknown address type " + type);
        };
    }

    /** Decodes an address of this length and the port after it. */
    static Endpoint decode(int type, byte[] array, int offset, int length) throws SocksException {
        int end = offset + length;
        return new Endpoint(host(type, array, offset, length), (array[end] & 0xFF) << 8 | array[end + 1] & 0xFF);
    }

    private static String host(int type, byte[] array, int offset, int length) throws SocksException {
        // A mapped address becomes IPv4, or a rule for the IPv4 form could be bypassed.
        return type == DOMAIN ? name(array, offset, length) : IpLiteral.format(array, offset, length);
    }

    static String name(byte[] array, int offset, int length) throws SocksException {
        if (length == 0) {
            throw new SocksException(SocksReply.GENERAL_FAILURE, "empty domain name");
        }
        String name;
        try {
            name = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(array, offset, length)).toString();
        } catch (CharacterCodingException e) {
            throw new SocksException(SocksReply.GENERAL_FAILURE, "domain name is neither ASCII nor UTF-8");
        }
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) == ' ' || Character.isISOControl(name.charAt(i))) {
                throw new SocksException(SocksReply.GENERAL_FAILURE, "space or control character in a domain name");
            }
        }
        return name;
    }

    /**
     * Encodes ATYP, address and port.
     *
     * @throws IllegalArgumentException when a name is empty or longer than 255 bytes
     */
    static byte[] encode(Endpoint endpoint) {
        byte[] address = IpLiteral.parse(endpoint.host());
        if (address == null) {
            return encodeName(endpoint);
        }
        byte[] bytes = new byte[1 + address.length + PORT_LENGTH];
        System.arraycopy(address, 0, bytes, 1, address.length);
        return finish(bytes, address.length == IpLiteral.IPV4_LENGTH ? IPV4 : IPV6, endpoint.port());
    }

    private static byte[] encodeName(Endpoint endpoint) {
        byte[] name = endpoint.host().getBytes(StandardCharsets.UTF_8);
        if (name.length == 0 || name.length > MAX_NAME) {
            throw new IllegalArgumentException("a domain name has 1 to " + MAX_NAME + " bytes, not " + name.length);
        }
        byte[] bytes = new byte[1 + 1 + name.length + PORT_LENGTH];
        bytes[1] = (byte) name.length;
        System.arraycopy(name, 0, bytes, 2, name.length);
        return finish(bytes, DOMAIN, endpoint.port());
    }

    private static byte[] finish(byte[] bytes, int type, int port) {
        bytes[0] = (byte) type;
        bytes[bytes.length - 2] = (byte) (port >> 8);
        bytes[bytes.length - 1] = (byte) port;
        return bytes;
    }
}
