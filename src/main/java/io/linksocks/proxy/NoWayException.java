package io.linksocks.proxy;

import java.io.IOException;

/** There is no way from a local port to a destination; each protocol has answers of its own to the kinds of this. */
final class NoWayException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Why there is none. */
    enum Kind {
        /** A rule on this side refuses it. */
        NOT_ALLOWED,
        /** Nobody is there who would make the connection. */
        NO_SESSION,
        /** The other side, or the look-up of the name on this side, has not answered in time. */
        TIMED_OUT,
        /** The other side could not or would not make it, or the name has no address for the rules of this side. */
        UNREACHABLE
    }

    private final Kind kind;

    NoWayException(Kind kind, IOException cause) {
        super(cause.getMessage(), cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }
}
