package io.linksocks.session;

/**
 * The phase of a channel's life, with the transitions between phases.
 *
 * <pre>
 *                confirmed                Fin sent
 *   OPENING ───────────────▶ OPEN ───────────────────▶ LOCAL_CLOSED
 *      │                      │                             │
 *      │ Fin received         │ Fin received                │ Fin received
 *      ▼                      ▼           Fin sent          ▼
 *      └───────────────▶ REMOTE_CLOSED ─────────────────▶ CLOSED ◀── from every phase: refused, closed by either side,
 *                                                                    evicted, timed out, end of session
 * </pre>
 *
 * <p>Fin may also be sent while OPENING (fast open).
 */
enum ChannelPhase {
    OPENING, OPEN, LOCAL_CLOSED, REMOTE_CLOSED, CLOSED;

    boolean isHalfClosed() {
        return this == LOCAL_CLOSED || this == REMOTE_CLOSED;
    }

    ChannelPhase afterConfirmation() {
        return this == OPENING ? OPEN : this;
    }

    /** Returns the same phase when the Fin was sent before, or can't be sent any more. */
    ChannelPhase afterFinSent() {
        return switch (this) {
            case OPENING, OPEN, LOCAL_CLOSED -> LOCAL_CLOSED;
            case REMOTE_CLOSED, CLOSED -> CLOSED;
        };
    }

    /** Returns the same phase when the Fin was received before, or comes too late. */
    ChannelPhase afterFinReceived() {
        return switch (this) {
            case OPENING, OPEN, REMOTE_CLOSED -> REMOTE_CLOSED;
            case LOCAL_CLOSED, CLOSED -> CLOSED;
        };
    }
}
