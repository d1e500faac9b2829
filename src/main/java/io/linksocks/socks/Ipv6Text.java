package io.linksocks.socks;

/** IPv6 addresses as text: writes the canonical form of RFC 5952, reads every form of RFC 4291, section 2.2. */
final class Ipv6Text {
    static final int LENGTH = 16;
    private static final int GROUPS = 8;
    private static final int MAPPED_PREFIX = 12;

    private Ipv6Text() {}

    /** Whether the address stands for an IPv4 one (::ffff:0:0/96; RFC 4291, section 2.5.5.2). */
    static boolean isMapped(byte[] array, int offset) {
        for (int i = 0; i < MAPPED_PREFIX; i++) {
            if (array[offset + i] != (i < 10 ? 0 : (byte) 0xFF)) {
                return false;
            }
        }
        return true;
    }

    /** Lower case, no leading zeros, the first of the longest runs of zero groups as "::" (RFC 5952, section 4). */
    static String format(byte[] array, int offset) {
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

    /** The 16 bytes of a literal without zone and brackets; null when the text is none. */
    static byte[] parse(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            byte[] whole = groups(text);
            return whole != null && whole.length == LENGTH ? whole : null;
        }
        byte[] front = groups(text.substring(0, gap));
        byte[] back = groups(text.substring(gap + 2));
        // An IPv4 tail stands only at the very end.
        if (front == null || back == null || text.lastIndexOf('.', gap) >= 0) {
            return null;
        }
        // The gap replaces at least one group.
        if (front.length + back.length > LENGTH - 2) {
            return null;
        }
        byte[] address = new byte[LENGTH];
        System.arraycopy(front, 0, address, 0, front.length);
        System.arraycopy(back, 0, address, LENGTH - back.length, back.length);
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
        int length = 2 * plain + (dotted ? Ipv4Text.LENGTH : 0);
        if (length > LENGTH) {
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
        return dotted && !Ipv4Text.parse(parts[plain], bytes, 2 * plain) ? null : bytes;
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
