package io.linksocks.util;

import java.nio.charset.StandardCharsets;

/** What a token may consist of, and how it is shown without giving it away. */
public final class TokenText {
    /** A token travels behind a length of one byte. */
    private static final int MAX_BYTES = 255;

    private static final int SHOWN = 4;
    /** At most this part of a short token is shown. */
    private static final int PART = 4;

    private TokenText() {}

    /**
     * Returns the token.
     *
     * @throws IllegalArgumentException when it is too long, or has a control character, which can't be typed or seen; the
     *     message does not repeat it
     */
    public static String check(String token) {
        if (token.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new IllegalArgumentException("a token has " + MAX_BYTES + " bytes at the most");
        }
        if (token.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a token has no control characters, such as tabs or line ends");
        }
        return token;
    }

    /** The first characters, which tell tokens apart on a screen. */
    public static String label(String token) {
        int characters = token.codePointCount(0, token.length());
        return token.substring(0, token.offsetByCodePoints(0, Math.min(SHOWN, characters / PART))) + "…";
    }
}
