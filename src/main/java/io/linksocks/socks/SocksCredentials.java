package io.linksocks.socks;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * User name and password of RFC 1929, compared as UTF-8.
 *
 * @param user 1 to 255 bytes
 * @param password at most 255 bytes
 */
public record SocksCredentials(String user, String password) {
    /** The length is one byte. */
    private static final int MAX_LENGTH = 0xFF;

    public SocksCredentials {
        if (user.isEmpty() || utf8(user).length > MAX_LENGTH) {
            throw new IllegalArgumentException("a SOCKS user name has 1 to " + MAX_LENGTH + " bytes");
        }
        if (utf8(password).length > MAX_LENGTH) {
            throw new IllegalArgumentException("a SOCKS password has at most " + MAX_LENGTH + " bytes");
        }
    }

    /** Compares both in constant time. */
    boolean matches(byte[] offeredUser, byte[] offeredPassword) {
        return MessageDigest.isEqual(offeredUser, utf8(user)) & MessageDigest.isEqual(offeredPassword, utf8(password));
    }

    /** The same for user and password joined by a colon (RFC 7617, section 2). */
    public boolean matches(byte[] offered) {
        return MessageDigest.isEqual(offered, utf8(user + ":" + password));
    }

    byte[] userBytes() {
        return utf8(user);
    }

    byte[] passwordBytes() {
        return utf8(password);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Without the password, which must not reach a log. */
    @Override
    public String toString() {
        return "SocksCredentials[user=" + user + "]";
    }
}
