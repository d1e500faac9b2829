package io.linksocks.util;

/** What tells tokens apart on a screen and gives none away. */
public final class TokenLabel {
    private static final int SHOWN = 4;
    /** No more than this part of a token is shown, however short it is. */
    private static final int PART = 4;

    private TokenLabel() {}

    /** Its first characters. */
    public static String of(String token) {
        int characters = token.codePointCount(0, token.length());
        return token.substring(0, token.offsetByCodePoints(0, Math.min(SHOWN, characters / PART))) + "…";
    }
}
