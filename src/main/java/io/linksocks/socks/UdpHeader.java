package io.linksocks.socks;

import io.linksocks.util.Endpoint;

/**
 * The header of a relayed datagram (RFC 1928, section 7).
 *
 * <pre>
 *   +------+------+------+----------+------+----------
 *   | RSV  | FRAG | ATYP | DST.ADDR | PORT | DATA
 *   | 00 00|      |      |          |      |
 *   +------+------+------+----------+------+----------
 * </pre>
 *
 * @param fragment 0 for a complete datagram; a relay without reassembly must drop any other
 * @param destination the host as received, unresolved
 * @param payloadOffset index of the payload in the array that was parsed
 */
public record UdpHeader(int fragment, Endpoint destination, int payloadOffset) {
    private static final int PREFIX = 3;
    private static final int ATYP = 3;
    private static final int ADDRESS = 4;

    /** The most room that {@link #write} needs. */
    public static final int MAX_LENGTH = PREFIX + SocksAddress.MAX_LENGTH;

    /**
     * Reads the header of the datagram in a region.
     *
     * @throws SocksException when it is to be dropped: shorter than its header, or with a malformed address
     */
    public static UdpHeader parse(byte[] array, int offset, int length) throws SocksException {
        // A header is longer than its first byte of the address, so that byte can be read with ATYP.
        if (length <= ADDRESS) {
            throw new SocksException("datagram of " + length + " bytes has no header");
        }
        int type = array[offset + ATYP] & 0xFF;
        boolean name = type == SocksAddress.DOMAIN;
        int start = offset + ADDRESS + (name ? 1 : 0);
        int addressLength = name ? array[offset + ADDRESS] & 0xFF : SocksAddress.fixedLength(type);
        int end = start + addressLength + SocksAddress.PORT_LENGTH;
        if (end > offset + length) {
            throw new SocksException("datagram of " + length + " bytes is shorter than its header");
        }
        return new UdpHeader(array[offset + 2] & 0xFF, SocksAddress.decode(type, array, start, addressLength), end);
    }

    /**
     * Writes the header of an unfragmented datagram right in front of its payload.
     *
     * @param payloadOffset at least {@link #MAX_LENGTH}
     * @param address the source of a datagram to a client, the destination of one to a proxy
     * @return index of the first byte of the header
     * @throws IllegalArgumentException when a name is empty or longer than 255 bytes
     */
    public static int write(byte[] array, int payloadOffset, Endpoint address) {
        byte[] encoded = SocksAddress.encode(address);
        int start = payloadOffset - encoded.length - PREFIX;
        System.arraycopy(encoded, 0, array, start + PREFIX, encoded.length);
        array[start] = 0;
        array[start + 1] = 0;
        array[start + 2] = 0;
        return start;
    }
}
