package io.linksocks.session;

/**
 * The limit of unacknowledged bulk bytes: as few as keep the link busy, so that a new message finds a short queue
 * (docs/protocol-extensions.md, section 6; after LEDBAT, RFC 6817). Guarded by {@link ReliableSender}, except {@link
 * #smoothedRtt}.
 */
final class CongestionWindow {
    private static final long FLOOR = 128 << 10;
    private static final long START = 512 << 10;
    /** The queueing delay that is tolerated. */
    private static final long TARGET_DELAY_NANOS = 12_000_000;
    /** The age at which the minimum RTT is replaced, because routes change. */
    private static final long MINIMUM_AGE_NANOS = 10_000_000_000L;
    private static final long INTERVAL_NANOS = 30_000_000;
    private static final double SHRINK = 0.75;
    /** From this RTT on, the initial burst alone queues longer than the target delay. */
    static final long LONG_LINK_NANOS = 2 * TARGET_DELAY_NANOS;

    private final long ceiling;
    private long limit;
    private long minimum = Long.MAX_VALUE;
    private long minimumSince;
    private long candidate = Long.MAX_VALUE;
    private volatile long smoothed;
    private long interval = Long.MAX_VALUE;
    private long previousInterval = Long.MAX_VALUE;
    private long intervalSince;
    private long previous = Long.MAX_VALUE;
    private long shrunkAt;
    /** True until the first standing queue. */
    private boolean beginning = true;

    CongestionWindow(long ceiling) {
        this.ceiling = ceiling;
        this.limit = Math.min(START, ceiling);
    }

    long bytes() {
        return limit;
    }

    /** The smoothed RTT in nanoseconds; 0 before the first sample. */
    long smoothedRtt() {
        return smoothed;
    }

    /**
     * @param rtt of an acknowledged message without the receiver's delay, in nanoseconds
     * @param acknowledged bytes by the same acknowledgement
     * @param inFlight bytes before it
     */
    void onAcknowledged(long rtt, long acknowledged, long inFlight, long now) {
        smoothed = smoothed == 0 ? rtt : smoothed + (rtt - smoothed) / 8;
        learnMinimum(rtt, now);
        if (recent(rtt, now) - minimum > TARGET_DELAY_NANOS) {
            shrink(now);
        } else if (inFlight >= limit / 2) {
            grow(acknowledged, beginning && minimum > LONG_LINK_NANOS ? 0 : Math.min(rtt, previous) - minimum);
        }
        previous = rtt;
    }

    /** Two late samples stop the growth, or it would go on for a round trip after the queue has built up. */
    private void grow(long acknowledged, long queueing) {
        double share = 1 - (double) queueing / TARGET_DELAY_NANOS;
        if (share > 0) {
            limit = Math.min(ceiling, limit + (long) (acknowledged * share));
        }
    }

    /** The minimum of the last one or two round trips: a queue delays all samples, a late thread or a burst only some. */
    private long recent(long rtt, long now) {
        if (now - intervalSince > Math.max(INTERVAL_NANOS, minimum)) {
            previousInterval = interval;
            interval = rtt;
            intervalSince = now;
        }
        interval = Math.min(interval, rtt);
        return Math.min(interval, previousInterval);
    }

    private void learnMinimum(long rtt, long now) {
        candidate = Math.min(candidate, rtt);
        if (rtt <= minimum) {
            minimum = rtt;
            minimumSince = now;
            candidate = Long.MAX_VALUE;
        } else if (now - minimumSince > MINIMUM_AGE_NANOS) {
            minimum = candidate;
            minimumSince = now;
            candidate = Long.MAX_VALUE;
        }
    }

    /** Shrinks at most once per round trip, because the effect takes that long to show. */
    private void shrink(long now) {
        beginning = false;
        if (now - shrunkAt > smoothed) {
            limit = Math.max(Math.min(FLOOR, ceiling), (long) (limit * SHRINK));
            shrunkAt = now;
        }
    }
}
