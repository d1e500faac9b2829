package io.linksocks.util;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * IPv4 and IPv6 addresses as text: reads every form of RFC 4291, section 2.2, and writes the canonical one of RFC 5952. Never
 * looks anything up.
 */
public final class IpLiteral {
    public static final int IPV4_LENGTH = 4;
    public static final int IPV6_LENGTH = 16;
    private static final int GROUPS = 8;
    private static final int MAPPED_PREFIX = 12;

    private IpLiteral() {}

    /** The 4 or 16 bytes of an address without zone and brackets; null when the text is no address. */
    public static byte[] parse(String text) {
        if (text.indexOf(':') >= 0) {
            return parseIpv6(text);
        }
        byte[] address = new byte[IPV4_LENGTH];
        return parseIpv4(text, address, 0) ? address : null;
    }

    /** As {@link #parse}, as the JDK's type, for which an IPv4-mapped IPv6 address is that IPv4 address. */
    public static InetAddress address(String text) {
        byte[] bytes = parse(text);
        try {
            return bytes == null ? null : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 4 or 16 bytes is always one", e);
        }
    }

    /** The text of a 4-byte or 16-byte address; an IPv4-mapped one (RFC 4291, section 2.5.5.2) is written as IPv4. */
    public static String format(byte[] array, int offset, int length) {
        if (length == IPV4_LENGTH) {
            return formatIpv4(array, offset);
        }
        return isMapped(array, offset) ? formatIpv4(array, offset + MAPPED_PREFIX) : formatIpv6(array, offset);
    }

    private static String formatIpv4(byte[] array, int offset) {
        return (array[offset] & 0xFF) + "." + (array[offset + 1] & 0xFF) + "." + (array[offset + 2] & 0xFF) + "."
                + (array[offset + 3] & 0xFF);
    }

    private static boolean isMapped(byte[] array, int offset) {
        for (int i = 0; i < MAPPED_PREFIX; i++) {
            if (array[offset + i] != (i < 10 ? 0 : (byte) 0xFF)) {
                return false;
            }
        }
        return true;
    }

    /** Lower case, no leading zeros, the first of the longest runs of zero groups as "::" (RFC 5952, section 4). */
    private static String formatIpv6(byte[] array, int offset) {
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (array[offset + 2 * i] & 0xFF) << 8 | array[offset + 2 * i + 1] & 0xFF;
        }
        int gap = longestZeroRun(groups);
        int gapEnd = gap + zeroRun(groups, gap);
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < GROUPS; i++) {
            if (i == gap) {
                text.append("::");
                i = gapEnd - 1;
            } else {
                text.append(i == 0 || i == gapEnd ? "" : ":").append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    /** Where the run starts that "::" replaces; {@link #GROUPS} when there is none. */
    private static int longestZeroRun(int[] groups) {
        int best = GROUPS;
        int longest = 1;
        for (int i = 0; i < GROUPS; i++) {
            int run = zeroRun(groups, i);
            if (run > longest) {
                longest = run;
                best = i;
            }
        }
        return best;
    }

    private static int zeroRun(int[] groups, int start) {
        int end = start;
        while (end < GROUPS && groups[end] == 0) {
            end++;
        }
        return end - start;
    }

    /** Writes the four bytes of a literal; false when the text is none, and the array then holds anything. */
    private static boolean parseIpv4(String text, byte[] array, int offset) {
        int index = 0;
        int digits = 0;
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' && digits > 0 && index < IPV4_LENGTH - 1) {
                array[offset + index++] = (byte) value;
                digits = 0;
                value = 0;
            } else if (c >= '0' && c <= '9' && ++digits <= 3) {
                value = value * 10 + c - '0';
            } else {
                return false;
            }
            if (value > 0xFF) {
                return false;
            }
        }
        array[offset + index] = (byte) value;
        return index == IPV4_LENGTH - 1 && digits > 0;
    }

    private static byte[] parseIpv6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            byte[] whole = groups(text);
            return whole != null && whole.length == IPV6_LENGTH ? whole : null;
        }
        byte[] front = groups(text.substring(0, gap));
        byte[] back = groups(text.substring(gap + 2));
        // An IPv4 tail stands only at the very end.
        if (front == null || back == null || text.lastIndexOf('.', gap) >= 0) {
            return null;
        }
        // The gap replaces at least one group.
        if (front.length + back.length > IPV6_LENGTH - 2) {
            return null;
        }
        byte[] address = new byte[IPV6_LENGTH];
        System.arraycopy(front, 0, address, 0, front.length);
        System.arraycopy(back, 0, address, IPV6_LENGTH - back.length, back.length);
        return address;
    }

    /** Groups between colons, the last perhaps in dotted form; null when malformed. */
    private static byte[] groups(String text) {
        if (text.isEmpty()) {
            return new byte[0];
        }
        String[] parts = text.split(":", -1);
        boolean dotted = parts[parts.length - 1].indexOf('.') >= 0;
        int plain = dotted ? parts.length - 1 : parts.length;
        int length = 2 * plain + (dotted ? IPV4_LENGTH : 0);
        if (length > IPV6_LENGTH) {
            return null;
        }
        byte[] bytes = new byte[length];
        for (int i = 0; i < plain; i++) {
            int group = group(parts[i]);
            if (group < 0) {
                return null;
            }
            bytes[2 * i] = (byte) (group >> 8);
            bytes[2 * i + 1] = (byte) group;
        }
        return dotted && !parseIpv4(parts[plain], bytes, 2 * plain) ? null : bytes;
    }

    private static int group(String digits) {
        if (digits.isEmpty() || digits.length() > 4) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            // Character.digit takes digits of every script.
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
