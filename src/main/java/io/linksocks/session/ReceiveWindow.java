package io.linksocks.session;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Credit of the peer on one channel, as its receiver keeps it: granted again as bytes are consumed, and widened while the
 * sender turns out to be waiting for it (docs/protocol-extensions.md, section 4). Used by the consuming thread alone.
 */
final class ReceiveWindow {
    static final int INITIAL = 256 << 10;
    static final int MAXIMUM = 16 << 20;

    private final AtomicLong growthBudget;
    private final int maximum;
    private int size;
    private int consumed;
    private long grantedAt;

    /** @param growthBudget bytes that all windows of the session together may still grow by */
    ReceiveWindow(int initial, int maximum, AtomicLong growthBudget, long now) {
        this.size = initial;
        this.maximum = maximum;
        this.growthBudget = growthBudget;
        this.grantedAt = now;
    }

    /**
     * Reports consumed stream bytes.
     *
     * @param roundTrip of the session in nanoseconds
     * @return credit to grant now; mostly 0
     */
    int consume(int bytes, long roundTrip, long now) {
        consumed += bytes;
        if (consumed < size / 2) {
            return 0;
        }
        int credit = consumed;
        if (now - grantedAt < 2 * roundTrip) {
            credit += grow();
        }
        consumed = 0;
        grantedAt = now;
        return credit;
    }

    private int grow() {
        int more = Math.min(size, maximum - size);
        if (growthBudget.addAndGet(-more) < 0) {
            growthBudget.addAndGet(more);
            return 0;
        }
        size += more;
        return more;
    }

    /** Gives back what this window had grown by. */
    void release(int initial) {
        growthBudget.addAndGet(size - initial);
        size = initial;
    }
}
