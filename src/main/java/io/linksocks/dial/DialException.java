package io.linksocks.dial;

import java.net.ConnectException;

/** A target that was not reached, and why. */
final class DialException extends ConnectException {
    private static final long serialVersionUID = 1L;

    private final DialError kind;

    DialException(DialError kind, String message) {
        super(message);
        this.kind = kind;
    }

    DialError kind() {
        return kind;
    }
}
