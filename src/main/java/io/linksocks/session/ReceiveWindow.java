package io.linksocks.session;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The receiver's window of one channel: credit is granted again as bytes are consumed, and the window grows while it
 * limits the sender (docs/protocol-extensions.md, section 4). Guarded by the channel's lock.
 */
final class ReceiveWindow {
    /** With a short RTT, windows grow until credit is granted no more often than this. */
    private static final long GRANT_INTERVAL_NANOS = 4_000_000;

    /** A sender knows what a slow reader takes at least this often, if that is worth a message. */
    private static final long REPORT_INTERVAL_NANOS = 1_000_000_000;

    /** The number of windows that must still be able to grow to the maximum before one is widened in advance. */
    private static final long SPARE = 3;

    private final AtomicLong growthBudget;
    private final int initial;
    private final int maximum;
    /** Bytes that the peer may send now; the last message may overdraw it. */
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
     * Widens the window before any data if the RTT is long, because growth by demand would take several round trips.
     * Leaves budget for channels that turn out to need it.
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
     * Counts bytes that were passed on.
     *
     * @param rtt of the session in nanoseconds
     * @return credit to grant now; usually 0
     */
    int consume(int bytes, long rtt, long now) {
        if (consumed + bytes < size / 2) {
            return consumeRest(bytes, rtt, now);
        }
        consumed += bytes;
        return grant(now, now - grantedAt < Math.max(2 * rtt, GRANT_INTERVAL_NANOS) ? grow() : 0);
    }

    /** Like {@link #consume}, when the sender needs no credit now and only learns that a slow reader goes on. */
    int consumeRest(int bytes, long rtt, long now) {
        consumed += bytes;
        boolean due = consumed >= initial / 2 && now - grantedAt >= Math.max(2 * rtt, REPORT_INTERVAL_NANOS);
        return due ? grant(now, 0) : 0;
    }

    private int grant(long now, int growth) {
        int grant = consumed + growth;
        consumed = 0;
        grantedAt = now;
        credit += grant;
        return grant;
    }

    /** Grows to four times the size as the budget allows; doubling would take twice as many round trips. */
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

    /** Returns the growth to the budget at the end of the channel. */
    void release() {
        if (!released) {
            released = true;
            growthBudget.addAndGet(size - initial);
        }
    }
}
