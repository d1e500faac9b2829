package io.linksocks.util;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * IPv4 and IPv6 addresses as text: reads every form of RFC 4291, section 2.2, and writes the canonical one of RFC 5952. Never
 * looks up a name.
 */
public final class IpLiteral {
    public static final int IPV4_LENGTH = 4;
    public static final int IPV6_LENGTH = 16;
    /** Text that {@link InetAddress#getByName} parses as IPv6, and refuses when it is malformed; other text it looks up. */
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]*");
    private static final Pattern ZERO_GROUPS = Pattern.compile("\\b0(?::0)+\\b");

    private IpLiteral() {}

    /** The 4 or 16 bytes of an address without zone and brackets; null when the text is not an address. */
    public static byte[] parse(String text) {
        InetAddress address = address(text);
        if (address == null) {
            return null;
        }
        byte[] bytes = address.getAddress();
        boolean mapped = address instanceof Inet4Address && text.indexOf(':') >= 0;
        return mapped ? ByteBuffer.allocate(IPV6_LENGTH).putShort(10, (short) -1).put(12, bytes).array() : bytes;
    }

    /** As {@link #parse}, as the JDK's type, for which an IPv4-mapped IPv6 address is that IPv4 address. */
    public static InetAddress address(String text) {
        try {
            if (text.indexOf(':') >= 0) {
                return IPV6.matcher(text).matches() ? InetAddress.getByName(text) : null;
            }
            byte[] ipv4 = parseIpv4(text);
            return ipv4 == null ? null : InetAddress.getByAddress(ipv4);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** By hand, as it runs for each datagram of a UDP association. */
    private static byte[] parseIpv4(String text) {
        byte[] address = new byte[IPV4_LENGTH];
        int index = 0;
        int digits = 0;
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' && digits > 0 && index < IPV4_LENGTH - 1) {
                address[index++] = (byte) value;
                digits = 0;
                value = 0;
            } else if (c >= '0' && c <= '9' && ++digits <= 3) {
                value = value * 10 + c - '0';
            } else {
                return null;
            }
            if (value > 0xFF) {
                return null;
            }
        }
        address[index] = (byte) value;
        return index == IPV4_LENGTH - 1 && digits > 0 ? address : null;
    }

    /** The text of a 4-byte or 16-byte address; an IPv4-mapped one (RFC 4291, section 2.5.5.2) is written as IPv4. */
    public static String format(byte[] array, int offset, int length) {
        try {
            InetAddress address = InetAddress.getByAddress(Arrays.copyOfRange(array, offset, offset + length));
            return address instanceof Inet4Address ? address.getHostAddress() : shorten(address.getHostAddress());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + length, e);
        }
    }

    /** The text of an address, without its zone. */
    public static String format(InetAddress address) {
        if (address instanceof Inet4Address) {
            return address.getHostAddress();
        }
        byte[] array = address.getAddress();
        return format(array, 0, array.length);
    }

    /** The canonical text of an IPv6 literal, perhaps in brackets, with its zone if it has one; any other host as it is. */
    static String canonical(String text) {
        if (text.indexOf(':') < 0) {
            return text;
        }
        String host = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        int zone = host.indexOf('%');
        byte[] address = parse(zone < 0 ? host : host.substring(0, zone));
        return address == null ? host : format(address, 0, address.length) + (zone < 0 ? "" : host.substring(zone));
    }

    /**
     * What is wrong on this machine with the zone of an IPv6 literal (RFC 4007, section 11); null when nothing is, or the host
     * has none.
     */
    public static String zoneProblem(String host) {
        int zone = host.indexOf('%');
        if (zone < 0 || host.indexOf(':') < 0 || parse(host.substring(0, zone)) == null) {
            return null;
        }
        try {
            InetAddress.getByName(host);
            return null;
        } catch (UnknownHostException e) {
            return "no network interface " + host.substring(zone + 1) + " of this machine has addresses like "
                    + host.substring(0, zone);
        }
    }

    /** Replaces the first of the longest runs of zero groups by "::" (RFC 5952, section 4.2). */
    private static String shorten(String text) {
        int start = 0;
        int end = 0;
        Matcher zeros = ZERO_GROUPS.matcher(text);
        while (zeros.find()) {
            if (zeros.end() - zeros.start() > end - start) {
                start = zeros.start();
                end = zeros.end();
            }
        }
        return end == 0 ? text
                : text.substring(0, Math.max(0, start - 1)) + "::" + text.substring(Math.min(text.length(), end + 1));
    }
}
