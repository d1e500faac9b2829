package io.linksocks.session;

/** The sender's credit on one channel (docs/protocol-extensions.md, section 4). Guarded by the channel's lock. */
final class SendWindow {
    private long credit;

    SendWindow(long initial) {
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
    }

    /** @return false when the peer grants more than the protocol allows */
    boolean grant(long bytes) {
        credit += bytes;
        return credit <= Integer.MAX_VALUE;
    }
}
