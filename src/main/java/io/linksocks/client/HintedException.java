package io.linksocks.client;

import java.io.IOException;

/** A failure of which is known what to do about it. */
final class HintedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String hint;

    HintedException(String reason, String hint) {
        this(reason, hint, null);
    }

    HintedException(String reason, String hint, Throwable cause) {
        super(reason, cause);
        this.hint = hint;
    }

    /** A sentence that says what to do. */
    String hint() {
        return hint;
    }
}
