package io.linksocks.relay;

import java.io.IOException;
import java.time.Duration;

/** There was no session for a new connection, and none came in time. */
public final class NoSessionException extends IOException {
    private static final long serialVersionUID = 1L;

    NoSessionException(Duration timeout) {
        super("no connection within " + timeout.toSeconds() + " s");
    }
}
