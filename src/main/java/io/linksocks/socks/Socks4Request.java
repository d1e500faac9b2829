package io.linksocks.socks;

import io.linksocks.util.Endpoint;
import io.linksocks.util.IpLiteral;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * A request of SOCKS version 4, or of 4a, in which the proxy looks names up.
 *
 * <pre>
 *   +----+----+----------+--------+----------+----+------------------+
 *   | 04 | CD | DST.PORT | DST.IP | USER ID  | 00 | 4a: NAME      00 |
 *   +----+----+----------+--------+----------+----+------------------+
 * </pre>
 *
 * @param destination the host as received, unresolved
 */
public record Socks4Request(Endpoint destination) {
    /** The first byte of a request. */
    public static final int VERSION = 0x04;

    private static final int CONNECT = 0x01;
    private static final int HEAD = 8;
    private static final int PORT = 2;
    private static final int ADDRESS = 4;
    /** The protocol sets no limit; this is that of names, and of users in SOCKS5. */
    private static final int MAX_TEXT = 0xFF;

    private static final int GRANTED_CODE = 0x5A;
    private static final int REJECTED_CODE = 0x5B;
    /** "Client program and identd report different user ids", the only answer about authentication. */
    private static final int NOT_THIS_USER_CODE = 0x5D;

    /** The reply of success. */
    public static byte[] granted() {
        return reply(GRANTED_CODE);
    }

    /** The reply of any failure. */
    public static byte[] rejected() {
        return reply(REJECTED_CODE);
    }

    /** Clients evaluate only the code. */
    private static byte[] reply(int code) {
        return new byte[] {0, (byte) code, 0, 0, 0, 0, 0, 0};
    }

    /**
     * Reads one request and not a byte more.
     *
     * @param admitted whether no authentication is required; the user id proves nothing
     * @throws SocksException with the answer to send when the request is malformed or can't be granted
     * @throws EOFException when the stream ends within it
     */
    public static Socks4Request read(InputStream in, boolean admitted) throws IOException {
        byte[] head = SocksAddress.read(in, HEAD);
        if (head[0] != VERSION) {
            throw new SocksException("SOCKS4 request of version " + (head[0] & 0xFF));
        }
        // The whole request is read before it is refused: unread bytes could turn the reply into a reset.
        readText(in, "user id");
        Endpoint address = SocksAddress.decode(SocksAddress.IPV4, swapped(head), 0, IpLiteral.IPV4_LENGTH);
        Endpoint destination = isNameBehind(head) ? named(readText(in, "name"), address.port()) : address;
        if (!admitted) {
            throw new SocksException(reply(NOT_THIS_USER_CODE), "SOCKS4 has no password, and one is wanted");
        }
        if (head[1] != CONNECT) {
            throw refusal("SOCKS4 command " + (head[1] & 0xFF));
        }
        return new Socks4Request(destination);
    }

    /** Address and port in the order of SOCKS5. */
    private static byte[] swapped(byte[] head) {
        byte[] bytes = new byte[IpLiteral.IPV4_LENGTH + SocksAddress.PORT_LENGTH];
        System.arraycopy(head, ADDRESS, bytes, 0, IpLiteral.IPV4_LENGTH);
        System.arraycopy(head, PORT, bytes, IpLiteral.IPV4_LENGTH, SocksAddress.PORT_LENGTH);
        return bytes;
    }

    /** In SOCKS4a the address 0.0.0.x, with x not 0, announces a name. */
    private static boolean isNameBehind(byte[] head) {
        return head[ADDRESS] == 0 && head[ADDRESS + 1] == 0 && head[ADDRESS + 2] == 0 && head[ADDRESS + 3] != 0;
    }

    private static Endpoint named(byte[] name, int port) throws SocksException {
        try {
            return new Endpoint(SocksAddress.name(name, 0, name.length), port);
        } catch (SocksException e) {
            throw refusal(e.getMessage());
        }
    }

    private static byte[] readText(InputStream in, String what) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int c = in.read(); c != 0; c = in.read()) {
            if (c < 0) {
                throw new EOFException("SOCKS4 request ends within its " + what);
            }
            if (text.size() == MAX_TEXT) {
                throw refusal("SOCKS4 " + what + " of more than " + MAX_TEXT + " bytes");
            }
            text.write(c);
        }
        return text.toByteArray();
    }

    private static SocksException refusal(String message) {
        return new SocksException(rejected(), message);
    }
}
