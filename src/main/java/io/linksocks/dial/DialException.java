package io.linksocks.dial;

import java.net.ConnectException;

/** A target that was not reached, and why. */
public final class DialException extends ConnectException {
    private static final long serialVersionUID = 1L;

    private final DialError kind;

    public DialException(DialError kind, String message) {
        super(message);
        this.kind = kind;
    }

    public DialError kind() {
        return kind;
    }
}
