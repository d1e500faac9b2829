package io.linksocks.websocket;

import java.io.IOException;

/** A server that answered the opening handshake with something else than a WebSocket. */
public final class HandshakeException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * An unwanted answer.
     *
     * @param status  its HTTP status code
     * @param message names the host but never the query, which holds a token
     */
    HandshakeException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The HTTP status code of the answer. */
    public int status() {
        return status;
    }
}
