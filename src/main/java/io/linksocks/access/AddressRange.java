package io.linksocks.access;

import io.linksocks.util.IpLiteral;
import java.net.InetAddress;
import java.util.Arrays;

/** A range of IPv4 or IPv6 addresses. */
public final class AddressRange {
    private static final int MAX_TEXT = 100;
    private static final int MAX_OCTET = 0xFF;
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

    private final byte[] first;
    private final byte[] last;
    private final String text;

    private AddressRange(byte[] first, byte[] last, String text) {
        if (first == null || last == null || first.length != last.length || Arrays.compareUnsigned(first, last) > 0) {
            throw illegal(text);
        }
        this.first = first;
        this.last = last;
        this.text = text;
    }

    /**
     * Reads an address, a network ({@code 192.168.0.0/16}, {@code fc00::/7}), or a range, whose end may be the last
     * number of an IPv4 address alone ({@code 192.168.1.1-192.168.2.9}, {@code 192.168.1.1-255}).
     *
     * @param text without brackets
     * @return the range
     * @throws IllegalArgumentException when it is none of these, or the range ends before it begins
     */
    public static AddressRange parse(String text) {
        if (text.length() > MAX_TEXT) {
            throw illegal(text.substring(0, MAX_TEXT) + "...");
        }
        int slash = text.indexOf('/');
        int dash = text.indexOf('-');
        if (slash >= 0) {
            return network(address(text.substring(0, slash)), text.substring(slash + 1), text);
        }
        byte[] first = address(dash < 0 ? text : text.substring(0, dash));
        return new AddressRange(first, dash < 0 ? first : end(first, text.substring(dash + 1)), text);
    }

    /** Null when the text is not an address. */
    private static byte[] address(String text) {
        InetAddress address = IpLiteral.address(text);
        return address == null ? null : bytes(address);
    }

    private static AddressRange network(byte[] address, String prefix, String text) {
        int length = number(prefix);
        if (address == null || length < 0 || length > address.length * Byte.SIZE) {
            throw illegal(text);
        }
        byte[] first = address.clone();
        byte[] last = address.clone();
        for (int bit = length; bit < address.length * Byte.SIZE; bit++) {
            int mask = 0x80 >> bit % Byte.SIZE;
            first[bit / Byte.SIZE] &= (byte) ~mask;
            last[bit / Byte.SIZE] |= (byte) mask;
        }
        return new AddressRange(first, last, text);
    }

    private static byte[] end(byte[] first, String text) {
        int octet = number(text);
        if (octet < 0) {
            return address(text);
        }
        if (first == null || first.length != IpLiteral.IPV4_LENGTH || octet > MAX_OCTET) {
            return null;
        }
        byte[] last = first.clone();
        last[last.length - 1] = (byte) octet;
        return last;
    }

    /** The value of one to three digits; -1 when the text is something else. */
    private static int number(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Integer.parseInt(text) : -1;
    }

    private static IllegalArgumentException illegal(String text) {
        return new IllegalArgumentException("\"" + text + "\" is no address, network or range of addresses");
    }

    /**
     * Whether an address lies in the range; an IPv4-mapped IPv6 address counts as IPv4.
     *
     * @param address IPv4 or IPv6
     * @return true for the first, the last and those between
     */
    public boolean contains(InetAddress address) {
        return contains(bytes(address));
    }

    /** @param address as {@link #bytes} returns it */
    boolean contains(byte[] address) {
        return address.length == first.length
                && Arrays.compareUnsigned(first, address) <= 0 && Arrays.compareUnsigned(address, last) <= 0;
    }

    /** The bytes of an address; 4 for an IPv4-mapped IPv6 address (RFC 4291, section 2.5.5.2), which a resolver may return. */
    static byte[] bytes(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean mapped = bytes.length > MAPPED.length && Arrays.equals(bytes, 0, MAPPED.length, MAPPED, 0, MAPPED.length);
        return mapped ? Arrays.copyOfRange(bytes, MAPPED.length, bytes.length) : bytes;
    }

    /** Whether the other range has the same addresses. */
    @Override
    public boolean equals(Object other) {
        return other instanceof AddressRange range && Arrays.equals(first, range.first) && Arrays.equals(last, range.last);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(first) + Arrays.hashCode(last);
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
