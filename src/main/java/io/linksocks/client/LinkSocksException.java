package io.linksocks.client;

import java.io.IOException;

/** The client ended for good, or the server refused what it asked for; the message says why and what to do. */
public final class LinkSocksException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Why a client ends. */
    public enum Kind {
        /** The server does not know the token. */
        INVALID_TOKEN,
        /** The connection ended, or none could be made, and the client was told not to reconnect. */
        DISCONNECTED,
        /** The server does not let this provider add or remove a connector token; the client goes on. */
        CONNECTOR_REFUSED,
        /** Something on this side does not work, such as a port that is taken. */
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
     * What kind of failure it was.
     *
     * @return one for which a program may have an answer of its own
     */
    public Kind kind() {
        return kind;
    }
}
