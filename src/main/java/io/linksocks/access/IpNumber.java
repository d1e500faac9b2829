package io.linksocks.access;

import io.linksocks.util.IpLiteral;
import java.net.InetAddress;

/**
 * An address as a number, so that ranges can be compared. An IPv6 address that stands for an IPv4 one (::ffff:0:0/96;
 * RFC 4291, section 2.5.5.2) is that IPv4 address.
 *
 * @param v4 whether it is an IPv4 address, whose number is all in {@code low}
 */
record IpNumber(boolean v4, long high, long low) implements Comparable<IpNumber> {
    private static final long IPV4_MASK = 0xFFFF_FFFFL;
    private static final long MAPPED = 0xFFFFL;

    static IpNumber of(InetAddress address) {
        return of(address.getAddress());
    }

    private static IpNumber of(byte[] bytes) {
        if (bytes.length == IpLiteral.IPV4_LENGTH) {
            return v4(number(bytes, 0, IpLiteral.IPV4_LENGTH));
        }
        long high = number(bytes, 0, Long.BYTES);
        long low = number(bytes, Long.BYTES, Long.BYTES);
        return high == 0 && low >>> 32 == MAPPED ? v4(low) : new IpNumber(false, high, low);
    }

    static IpNumber v4(long number) {
        return new IpNumber(true, 0, number & IPV4_MASK);
    }

    private static long number(byte[] bytes, int offset, int length) {
        long number = 0;
        for (int i = offset; i < offset + length; i++) {
            number = number << Byte.SIZE | bytes[i] & 0xFF;
        }
        return number;
    }

    /** The number of an address without brackets and zone; null when the text is no address. */
    static IpNumber parse(String text) {
        byte[] bytes = IpLiteral.parse(text);
        return bytes == null ? null : of(bytes);
    }

    int bits() {
        return v4 ? Integer.SIZE : 2 * Long.SIZE;
    }

    /** The first address of the network that has this one and so many leading bits in common. */
    IpNumber networkStart(int prefix) {
        return v4 ? v4(low & ~hostBits(IPV4_MASK, prefix, Integer.SIZE))
                : new IpNumber(false, high & ~hostBits(-1L, prefix, Long.SIZE),
                        low & ~hostBits(-1L, prefix - Long.SIZE, Long.SIZE));
    }

    /** The last address of that network. */
    IpNumber networkEnd(int prefix) {
        return v4 ? v4(low | hostBits(IPV4_MASK, prefix, Integer.SIZE))
                : new IpNumber(false, high | hostBits(-1L, prefix, Long.SIZE),
                        low | hostBits(-1L, prefix - Long.SIZE, Long.SIZE));
    }

    /** All ones but the leading {@code prefix} of {@code width} bits. A shift by the whole width would be none. */
    private static long hostBits(long all, int prefix, int width) {
        if (prefix <= 0) {
            return all;
        }
        return prefix >= width ? 0 : all >>> prefix;
    }

    /** IPv4 comes before IPv6; there is no other order between the two. */
    @Override
    public int compareTo(IpNumber other) {
        if (v4 != other.v4) {
            return v4 ? -1 : 1;
        }
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }
}
