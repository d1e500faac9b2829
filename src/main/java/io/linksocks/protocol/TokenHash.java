package io.linksocks.protocol;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** The SHA-256 of a token in lower-case hexadecimal digits, the form of tokens in URLs and in memory. */
public final class TokenHash {
    private static final int DIGITS = 64;

    private TokenHash() {}

    /** The hash of a token in the clear. */
    public static String of(String token) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Compares in constant time; the offered hash may have upper-case digits. */
    public static boolean matches(String expectedHash, String offered) {
        byte[] digits = offered.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(digits, expectedHash.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether this is 64 hexadecimal digits. */
    public static boolean isWellFormed(String hash) {
        return hash.length() == DIGITS && hash.chars().allMatch(HexFormat::isHexDigit);
    }
}
