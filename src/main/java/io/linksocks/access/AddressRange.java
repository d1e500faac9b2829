package io.linksocks.access;

import java.net.InetAddress;

/** Addresses from one to another, both included; they are all IPv4 or all IPv6. */
public final class AddressRange {
    private static final int MAX_TEXT = 100;
    private static final int MAX_OCTET = 0xFF;

    private final IpNumber first;
    private final IpNumber last;
    private final String text;

    private AddressRange(IpNumber first, IpNumber last, String text) {
        if (first == null || last == null || first.v4() != last.v4() || first.compareTo(last) > 0) {
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
            return network(IpNumber.parse(text.substring(0, slash)), text.substring(slash + 1), text);
        }
        IpNumber first = IpNumber.parse(dash < 0 ? text : text.substring(0, dash));
        return new AddressRange(first, dash < 0 ? first : end(first, text.substring(dash + 1)), text);
    }

    private static AddressRange network(IpNumber address, String prefix, String text) {
        int length = number(prefix);
        if (address == null || length < 0 || length > address.bits()) {
            throw illegal(text);
        }
        return new AddressRange(address.networkStart(length), address.networkEnd(length), text);
    }

    private static IpNumber end(IpNumber first, String text) {
        int octet = number(text);
        if (octet < 0) {
            return IpNumber.parse(text);
        }
        return first != null && first.v4() && octet <= MAX_OCTET ? IpNumber.v4(first.low() & ~MAX_OCTET | octet) : null;
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
     * Whether an address lies in the range; an IPv4 address that is written as an IPv6 one is an IPv4 address.
     *
     * @param address IPv4 or IPv6
     * @return true for the first, the last and those between
     */
    public boolean contains(InetAddress address) {
        return contains(IpNumber.of(address));
    }

    boolean contains(IpNumber address) {
        return address.v4() == first.v4() && first.compareTo(address) <= 0 && address.compareTo(last) <= 0;
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
