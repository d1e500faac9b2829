package io.linksocks.relay;

import java.io.IOException;

/** There was no session for a new connection, and none came in time. */
public final class NoSessionException extends IOException {
    private static final long serialVersionUID = 1L;

    NoSessionException(String reason) {
        super(reason);
    }
}
