package io.linksocks.client;

import java.io.IOException;

/** The server answered, and refused the token; the message is the server's reason. */
final class InvalidTokenException extends IOException {
    private static final long serialVersionUID = 1L;

    InvalidTokenException(String reason) {
        super(reason);
    }
}
