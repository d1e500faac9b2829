package io.linksocks.client;

import java.io.IOException;

/** A client ended, or the server refused a request of it; the message says why and what to do. */
public final class LinkSocksException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The kinds of failures. */
    public enum Kind {
        /** The server refused the token. */
        INVALID_TOKEN,
        /** The connection ended, or none could be made, and reconnecting is off. */
        DISCONNECTED,
        /** The server does not let this provider add or remove a connector token; the client continues. */
        CONNECTOR_REFUSED,
        /** Something on this side does not work, such as a port that is in use. */
        LOCAL
    }

    /** The kind. */
    private final Kind kind;

    LinkSocksException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** Something on this side does not work, such as a file or a port. */
    static LinkSocksException local(IOException cause) {
        return new LinkSocksException(Kind.LOCAL, cause.getMessage());
    }

    /**
     * Returns the kind of failure.
     *
     * @return one that a program may handle
     */
    public Kind kind() {
        return kind;
    }
}
