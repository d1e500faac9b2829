package io.linksocks.util;

import java.nio.charset.StandardCharsets;

/** Checks tokens, and abbreviates them for display. */
public final class TokenText {
    /** Sent by clients that have no token, so no server may accept it (docs/protocol.md, authentication). */
    public static final String ANONYMOUS = "anonymous";

    /** Messages have one byte for the length of a token. */
    private static final int MAX_BYTES = 255;

    private static final int SHOWN = 4;
    /** At most this part of a short token is shown. */
    private static final int PART = 4;

    private TokenText() {}

    /**
     * Returns the token.
     *
     * @throws IllegalArgumentException when it is too long, has a control character, which can't be typed or seen, or a
     *     {@code #}, which begins a secret that is not for servers; the message does not repeat it
     */
    public static String check(String token) {
        if (token.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new IllegalArgumentException("a token has " + MAX_BYTES + " bytes at the most");
        }
        if (token.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a token has no control characters, such as tabs or line ends");
        }
        if (token.indexOf('#') >= 0) {
            throw new IllegalArgumentException("a token has no #: what follows it is a secret for provider and connector alone");
        }
        return token;
    }

    /** The first characters, by which users recognize a token. */
    public static String label(String token) {
        int characters = token.codePointCount(0, token.length());
        return token.substring(0, token.offsetByCodePoints(0, Math.min(SHOWN, characters / PART))) + "…";
    }
}
