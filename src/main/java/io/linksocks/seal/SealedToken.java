package io.linksocks.seal;

/**
 * A token as users give it: {@code TOKEN} or {@code TOKEN#SECRET}. Only the first part is for the server.
 *
 * @param secret null when there is none
 */
public record SealedToken(String token, Secret secret) {
    private static final char MARK = '#';

    /** @throws IllegalArgumentException when what follows {@code #} is no secret; the message does not repeat it */
    public static SealedToken parse(String text) {
        int mark = text.indexOf(MARK);
        if (mark == 0) {
            throw new IllegalArgumentException("there is no token in front of #");
        }
        return mark < 0
                ? new SealedToken(text, null)
                : new SealedToken(text.substring(0, mark), Secret.of(text.substring(mark + 1)));
    }

    /** Without both, which must not reach a log. */
    @Override
    public String toString() {
        return secret == null ? "SealedToken" : "SealedToken with a secret";
    }
}
