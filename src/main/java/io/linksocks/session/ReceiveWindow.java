package io.linksocks.session;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Credit of the peer on one channel, as its receiver keeps it: granted again as bytes are consumed, and widened while the
 * sender turns out to be waiting for it (docs/protocol-extensions.md, section 4). Guarded by the channel's lock.
 */
final class ReceiveWindow {
    /** On a short link, windows grow until credit need not be granted more often than this. */
    private static final long GRANT_INTERVAL_NANOS = 4_000_000;

    /** How many windows must still be able to grow to their maximum when one grows without having proved its need. */
    private static final long SPARE = 3;

    private final AtomicLong growthBudget;
    private final int initial;
    private final int maximum;
    /** What the peer may send now; the last message may overdraw it. */
    private long credit;
    private int size;
    private int consumed;
    private long grantedAt = System.nanoTime();
    private boolean released;

    /** @param growthBudget bytes that all windows of the session together may still grow by */
    ReceiveWindow(int initial, int maximum, AtomicLong growthBudget) {
        this.initial = initial;
        this.size = initial;
        this.maximum = maximum;
        this.growthBudget = growthBudget;
        this.credit = initial;
    }

    /**
     * On a long link, widens the window before anything has come: to find out by waiting would take round trips. Not at the
     * expense of channels that will prove to need it.
     *
     * @return credit to grant now
     */
    int widen(long rtt) {
        boolean affordable = growthBudget.get() >= SPARE * maximum;
        int more = rtt > CongestionWindow.LONG_LINK_NANOS && affordable ? grow() : 0;
        credit += more;
        return more;
    }

    /** Counts received bytes; false when the peer had no credit left. */
    boolean admit(int bytes) {
        boolean granted = credit > 0;
        credit -= bytes;
        return granted;
    }

    /**
     * Reports consumed bytes.
     *
     * @param rtt of the session in nanoseconds
     * @return credit to grant now; mostly 0
     */
    int consume(int bytes, long rtt, long now) {
        consumed += bytes;
        if (consumed < size / 2) {
            return 0;
        }
        int grant = consumed;
        if (now - grantedAt < Math.max(2 * rtt, GRANT_INTERVAL_NANOS)) {
            grant += grow();
        }
        consumed = 0;
        grantedAt = now;
        credit += grant;
        return grant;
    }

    /** To four times the size where the budget allows: doubling costs a long link one round trip more for every second step. */
    private int grow() {
        int more = released ? 0 : Math.min(3 * size, maximum - size);
        long left = growthBudget.addAndGet(-more);
        if (left < 0) {
            int missing = (int) Math.min(more, -left);
            growthBudget.addAndGet(missing);
            more -= missing;
        }
        size += more;
        return more;
    }

    /** Gives back what this window had grown by, at the end of its channel. */
    void release() {
        if (!released) {
            released = true;
            growthBudget.addAndGet(size - initial);
        }
    }
}
