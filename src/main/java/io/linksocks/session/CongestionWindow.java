package io.linksocks.session;

/**
 * The limit of unacknowledged bulk bytes: as few as keep the link busy, so that a new message finds a short queue
 * (docs/protocol-extensions.md, section 6; after LEDBAT, RFC 6817). Guarded by {@link ReliableSender}, except {@link
 * #smoothedRtt}.
 */
final class CongestionWindow {
    private static final long FLOOR = 128 << 10;
    private static final long START = 512 << 10;
    /** The tolerated queueing delay. */
    private static final long TARGET_DELAY_NANOS = 12_000_000;
    /** The tolerated queue, if it takes longer than that: a slow link is busy only while another message follows the present. */
    private static final long TARGET_BYTES = 96 << 10;
    /** The age at which the minimum RTT is replaced, because routes change. */
    private static final long MINIMUM_AGE_NANOS = 10_000_000_000L;
    /** The share of what the link holds without a queue that is in flight while the minimum is measured again. */
    private static final double DRAINED = 0.75;
    private static final long INTERVAL_NANOS = 30_000_000;
    private static final double MIN_SHRINK_FACTOR = 0.75;
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
    /** The limit after the present measurement of the minimum, and its begin; 0 when there is none. */
    private long limitAfter;
    private long drainedAt;

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
        learnMinimum(rtt, inFlight, now);
        long recent = recent(rtt, now);
        if (limitAfter == 0) {
            double target = Math.max(TARGET_DELAY_NANOS, (double) TARGET_BYTES * rtt / Math.max(1, inFlight));
            if (recent - minimum > target) {
                shrink((minimum + target) / recent, now);
            } else if (inFlight >= limit / 2) {
                grow(acknowledged, (beginning && minimum > LONG_LINK_NANOS ? 0 : Math.min(rtt, previous) - minimum) / target);
            }
        }
        previous = rtt;
    }

    /**
     * Two late samples stop the growth, or it would go on for a round trip after the queue has built up.
     *
     * @param queueing share of the tolerated delay
     */
    private void grow(long acknowledged, double queueing) {
        double share = 1 - queueing;
        if (share > 0) {
            limit = bounded(limit + acknowledged * share);
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

    /**
     * A minimum that is too old is measured without a queue. One that stands would be taken for a part of the route, and
     * grow with each measurement.
     */
    private void learnMinimum(long rtt, long inFlight, long now) {
        candidate = Math.min(candidate, rtt);
        if (rtt <= minimum) {
            renewMinimum(rtt, now);
        }
        if (limitAfter > 0) {
            if (now - drainedAt > 2 * smoothed) {
                renewMinimum(Math.min(candidate, rtt), now);
                limit = limitAfter;
                limitAfter = 0;
            }
        } else if (now - minimumSince > MINIMUM_AGE_NANOS) {
            if (inFlight >= limit / 2) {
                drain(now);
            } else {
                renewMinimum(candidate, now);
            }
        }
    }

    private void renewMinimum(long rtt, long now) {
        minimum = rtt;
        minimumSince = now;
        candidate = Long.MAX_VALUE;
    }

    private void drain(long now) {
        limitAfter = limit;
        drainedAt = now;
        limit = bounded(DRAINED * limit * minimum / smoothed);
        candidate = Long.MAX_VALUE;
    }

    /** Shrinks at most once per round trip, because the effect takes that long to show. */
    private void shrink(double share, long now) {
        beginning = false;
        if (now - shrunkAt > smoothed) {
            limit = bounded(limit * Math.max(MIN_SHRINK_FACTOR, share));
            shrunkAt = now;
        }
    }

    private long bounded(double bytes) {
        return Math.clamp((long) bytes, Math.min(FLOOR, ceiling), ceiling);
    }
}
