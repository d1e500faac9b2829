package io.linksocks.session;

/** The sender's credit on one channel (docs/protocol-extensions.md, section 4). Guarded by the channel's lock. */
final class SendWindow {
    private final long initial;
    private long credit;
    private long sent;
    /** Bytes of what was sent that the peer has granted again. */
    private long confirmed;

    SendWindow(long initial) {
        this.initial = initial;
        this.credit = initial;
    }

    /**
     * Whether a message of any length may be sent. The last one may overdraw, so a window may be smaller than a message.
     */
    boolean isOpen() {
        return credit > 0;
    }

    void take(int bytes) {
        credit -= bytes;
        sent += bytes;
    }

    /** @return false when the peer grants more than the protocol allows */
    boolean grant(long bytes) {
        credit += bytes;
        confirmed = Math.min(sent, confirmed + bytes);
        return credit <= Integer.MAX_VALUE;
    }

    /**
     * Bytes that the peer's consumer has taken, as far as credit tells: too many by an initial window at most, and by what it
     * consumed quickly while the window grew. Credit for more than was sent widens the window and confirms nothing.
     */
    long taken() {
        return Math.min(sent, confirmed + initial);
    }
}
