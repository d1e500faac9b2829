package io.linksocks.websocket;

import java.io.IOException;

/** The server answered the opening handshake with another status than 101. */
public final class HandshakeException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * @param status the HTTP status code
     * @param message names the host, but not the query, which contains a token
     */
    HandshakeException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The HTTP status code. */
    public int status() {
        return status;
    }
}
