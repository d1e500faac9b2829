package io.linksocks.http;

import io.linksocks.util.Endpoint;
import io.linksocks.util.IpLiteral;
import io.linksocks.util.RateLimitedLogger;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The header of the PROXY protocol, by which whoever passes a connection on says whose it is (haproxy.org,
 * proxy-protocol.txt, section 2). Balancers send it in version 1 or 2; we send version 2.
 */
public final class ProxyHeader {
    private static final RateLimitedLogger NO_HEADER = new RateLimitedLogger(System.getLogger(ProxyHeader.class.getName()));

    private static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};
    private static final byte[] WORD = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_LINE = 107;
    /** Addresses take up to 36 bytes; the rest is for extensions. */
    private static final int LONGEST_BLOCK = 4096;
    private static final int VERSION_2 = 0x20;
    private static final int LOCAL = 0;
    private static final int PROXY = 1;
    private static final int IPV4 = 1;
    private static final int IPV6 = 2;
    /** The transport in the lower half of the byte with the family. */
    private static final int STREAM = 1;
    /** Marks an IPv4 address in the form of an IPv6 address (RFC 4291, section 2.5.5.2). */
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xFF, (byte) 0xFF};

    private ProxyHeader() {}

    /**
     * Reads the header and nothing behind it.
     *
     * @param peer the balancer
     * @return the source of the connection; the peer when the header names none, as for a balancer's own checks
     * @throws IOException when there is no such header
     */
    static InetSocketAddress read(InputStream in, InetSocketAddress peer) throws IOException {
        byte[] start = in.readNBytes(SIGNATURE.length);
        if (Arrays.equals(start, SIGNATURE)) {
            return readBlock(in, peer);
        }
        if (start.length == SIGNATURE.length && Arrays.equals(start, 0, WORD.length, WORD, 0, WORD.length)) {
            return parse(readLine(in, start), peer);
        }
        if (start.length == 0) {
            throw new EOFException("connection ended before it began");
        }
        NO_HEADER.warn(Endpoint.of(peer) + " sent no header of the PROXY protocol: turn it on there, or off here");
        throw malformed("no header of the PROXY protocol");
    }

    private static IOException malformed(String what) {
        return new IOException(what);
    }

    // --- version 1 ----------------------------------------------------------------------------------------------------

    private static String readLine(InputStream in, byte[] start) throws IOException {
        StringBuilder line = new StringBuilder(new String(start, StandardCharsets.US_ASCII));
        while (line.length() < 2 || line.charAt(line.length() - 2) != '\r' || line.charAt(line.length() - 1) != '\n') {
            int next = in.read();
            if (next < 0 || line.length() == LONGEST_LINE) {
                throw malformed("a line of the PROXY protocol without an end");
            }
            line.append((char) next);
        }
        return line.substring(0, line.length() - 2);
    }

    private static InetSocketAddress parse(String line, InetSocketAddress peer) throws IOException {
        String[] fields = line.split(" ", -1);
        if (fields[1].equals("UNKNOWN")) {
            return peer;
        }
        boolean tcp = fields[1].equals("TCP4") || fields[1].equals("TCP6");
        InetAddress source = tcp && fields.length == 6 ? IpLiteral.address(fields[2]) : null;
        if (source == null || !fields[4].matches("[0-9]{1,5}") || Integer.parseInt(fields[4]) > 0xFFFF) {
            throw malformed("a malformed line of the PROXY protocol");
        }
        return new InetSocketAddress(source, Integer.parseInt(fields[4]));
    }

    // --- version 2 ----------------------------------------------------------------------------------------------------

    private static InetSocketAddress readBlock(InputStream in, InetSocketAddress peer) throws IOException {
        byte[] head = exactly(in, 4);
        int command = head[0] ^ VERSION_2;
        int length = unsigned16(head, 2);
        if (command != LOCAL && command != PROXY || length > LONGEST_BLOCK) {
            throw malformed("a malformed header of the PROXY protocol");
        }
        byte[] block = exactly(in, length);
        int family = head[1] >> 4;
        int size = family == IPV4 ? 4 : 16;
        if (command == LOCAL || family != IPV4 && family != IPV6) {
            return peer;
        }
        if (length < 2 * size + 4) {
            throw malformed("a header of the PROXY protocol without addresses");
        }
        InetAddress source = InetAddress.getByAddress(Arrays.copyOf(block, size));
        return new InetSocketAddress(source, unsigned16(block, 2 * size));
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the connection ended within a header of the PROXY protocol");
        }
        return bytes;
    }

    private static int unsigned16(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
    }

    /** The header in version 2 for an accepted connection. */
    public static byte[] of(Socket accepted) {
        return of((InetSocketAddress) accepted.getRemoteSocketAddress(), (InetSocketAddress) accepted.getLocalSocketAddress());
    }

    static byte[] of(InetSocketAddress source, InetSocketAddress destination) {
        byte[] from = source.getAddress().getAddress();
        byte[] to = destination.getAddress().getAddress();
        int family = from.length == to.length && from.length == 4 ? IPV4 : IPV6;
        int size = family == IPV4 ? 4 : 16;
        int length = 2 * size + 4;
        return ByteBuffer.allocate(SIGNATURE.length + 4 + length)
                .put(SIGNATURE).put((byte) (VERSION_2 | PROXY)).put((byte) (family << 4 | STREAM)).putShort((short) length)
                .put(sized(from, size)).put(sized(to, size))
                .putShort((short) source.getPort()).putShort((short) destination.getPort()).array();
    }

    private static byte[] sized(byte[] address, int size) {
        return address.length == size ? address : ByteBuffer.allocate(size).put(MAPPED).put(address).array();
    }
}
