package io.linksocks.session;

/** Credit of one channel towards the peer (docs/protocol-extensions.md, section 4). Guarded by the channel's lock. */
final class SendWindow {
    private long credit;

    SendWindow(long initial) {
        this.credit = initial;
    }

    /** Whether a message may leave, of any length: the last one may overdraw, so a window need not be larger than a message. */
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
