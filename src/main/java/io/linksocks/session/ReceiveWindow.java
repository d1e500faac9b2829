package io.linksocks.session;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The receiver's window of one channel: credit is granted again as bytes are consumed. The window grows while it limits
 * the sender and shrinks while the reader does, so that little is read ahead for a slow one
 * (docs/protocol-extensions.md, section 4). Guarded by the channel's lock.
 */
final class ReceiveWindow {
    /** How long it may take from a grant until the sender uses it, besides the RTT. */
    private static final long GRANT_DELAY_NANOS = 2_000_000;

    /** A reader is slow when half a window lasts for so many intervals; the distance from one keeps the size steady. */
    private static final int SLOW_INTERVALS = 4;

    /** A reader that keeps up leaves less of the window unread, one that does not half of it when a grant is due. */
    private static final int UNREAD_SHARE = 4;

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
    /** Whether the reader has caught up with the sender since the last grant. */
    private boolean caughtUp;
    private long grantedAt;
    private boolean released;

    /**
     * @param growthBudget bytes that all windows of the session together may still grow by
     * @param now in nanoseconds, as that of {@link #consume}
     */
    ReceiveWindow(int initial, int maximum, AtomicLong growthBudget, long now) {
        this.initial = initial;
        this.size = initial;
        this.maximum = maximum;
        this.growthBudget = growthBudget;
        this.credit = initial;
        this.grantedAt = now;
    }

    /**
     * Widens the window before any data if the RTT is long, because growth by demand would take several round trips.
     * Leaves budget for channels that turn out to need it.
     *
     * @return credit to grant now
     */
    int widen(long rtt) {
        boolean affordable = growthBudget.get() >= SPARE * maximum;
        int more = rtt > CongestionWindow.LONG_LINK_NANOS && affordable ? grow(4L * size) : 0;
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
     * @param unread bytes that were received and not passed on
     * @param rtt of the session in nanoseconds
     * @return credit to grant now; usually 0
     */
    int consume(int bytes, int unread, long rtt, long now) {
        consumed += bytes;
        caughtUp |= unread <= size / UNREAD_SHARE;
        if (consumed < size / 2 && !isReportDue(rtt, now)) {
            return 0;
        }
        if (!released) {
            resize(now - grantedAt, rtt + GRANT_DELAY_NANOS);
        }
        return grant((int) Math.max(0, size - unread - credit), now);
    }

    /** Like {@link #consume}, when the sender needs no credit now and only learns that a slow reader goes on. */
    int consumeRest(int bytes, long rtt, long now) {
        consumed += bytes;
        return isReportDue(rtt, now) ? grant(consumed, now) : 0;
    }

    private boolean isReportDue(long rtt, long now) {
        return consumed >= initial / 2 && now - grantedAt >= Math.max(2 * rtt, REPORT_INTERVAL_NANOS);
    }

    private int grant(int bytes, long now) {
        consumed = 0;
        caughtUp = false;
        grantedAt = now;
        credit += bytes;
        return bytes;
    }

    /**
     * Enlarges the window if it held up a reader that keeps up, and shrinks it to what a slow reader needs. On a long link it
     * stays ahead of the sender, which doubles what is in flight in each round trip at first: it grows once a quarter of it is
     * used in one.
     *
     * @param elapsed since the last grant
     * @param interval from a grant until the sender uses it
     */
    private void resize(long elapsed, long interval) {
        if (caughtUp) {
            boolean isLong = interval > CongestionWindow.LONG_LINK_NANOS;
            if (elapsed < (isLong ? 2 : 1) * interval) {
                grow((isLong ? 4L : 2L) * size);
            }
            return;
        }
        double needed = (double) consumed * SLOW_INTERVALS * interval / Math.max(1, elapsed);
        if (needed < size / 2) {
            shrink((int) needed);
        }
    }

    /** Grows as the maximum and the budget allow. */
    private int grow(long wanted) {
        int more = (int) Math.min(wanted, maximum) - size;
        long left = growthBudget.addAndGet(-more);
        if (left < 0) {
            int missing = (int) Math.min(more, -left);
            growthBudget.addAndGet(missing);
            more -= missing;
        }
        size += more;
        return more;
    }

    /** What exceeds the new size is not granted again once it has been consumed. */
    private void shrink(int wanted) {
        int less = Math.max(0, size - Math.max(initial, wanted));
        growthBudget.addAndGet(less);
        size -= less;
    }

    /** Returns the growth to the budget at the end of the channel. */
    void release() {
        if (!released) {
            released = true;
            growthBudget.addAndGet(size - initial);
        }
    }
}
