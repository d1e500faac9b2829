package io.linksocks.seal;

import java.io.IOException;

/** What was received was not sealed with the same secret, or was changed, repeated or left out on the way. */
public final class SealException extends IOException {
    /** What an answer to a Connect begins with when it is refused for its seal, or for having none. */
    public static final String REFUSAL = "sealed: ";

    private static final long serialVersionUID = 1L;

    public SealException(String message) {
        super(message);
    }
}
