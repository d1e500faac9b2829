package io.linksocks.seal;

import java.util.Base64;

/** What stands in a Connect in place of a target: {@code e2e1.} and the base64url of a key id and a handshake message. */
public final class SealedAddress {
    /** Also the port of such an address, which means nothing. */
    static final int PORT = 1;

    private static final String PREFIX = "e2e1.";
    private static final int FIXED = Secret.ID_LENGTH + Handshake.OVERHEAD;

    private SealedAddress() {}

    /** Whether a host is one. A label of a domain name is shorter (RFC 1035, section 2.3.4). */
    public static boolean is(String host) {
        if (!host.startsWith(PREFIX)) {
            return false;
        }
        for (int size : Target.SIZES) {
            if (host.length() == PREFIX.length() + (FIXED + size) / 3 * 4) {
                return host.chars().skip(PREFIX.length()).allMatch(SealedAddress::isBase64);
            }
        }
        return false;
    }

    private static boolean isBase64(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_';
    }

    static String encode(byte[] body) {
        return PREFIX + Base64.getUrlEncoder().encodeToString(body);
    }

    /** Returns the bytes of a host that {@linkplain #is is one}. */
    static byte[] decode(String host) {
        return Base64.getUrlDecoder().decode(host.substring(PREFIX.length()));
    }
}
