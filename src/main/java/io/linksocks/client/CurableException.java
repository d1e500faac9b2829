package io.linksocks.client;

import java.io.IOException;

/** A failure of which is known what to do about it. */
final class CurableException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String cure;

    CurableException(String reason, String cure) {
        this(reason, cure, null);
    }

    CurableException(String reason, String cure, Throwable cause) {
        super(reason, cause);
        this.cure = cure;
    }

    /** A sentence that says what to do. */
    String cure() {
        return cure;
    }
}
