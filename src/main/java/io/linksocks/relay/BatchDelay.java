package io.linksocks.relay;

/**
 * The longest time that a batch may grow, adapted to the rate of the stream (docs/protocol.md, batching): fast streams save
 * messages, slow ones are sent at once.
 */
final class BatchDelay {
    private static final double FAST_BYTES_PER_SECOND = 256 << 10;
    private static final double SLOW_BYTES_PER_SECOND = 128 << 10;
    private static final int STEPS = 10;
    private static final double NANOS_PER_SECOND = 1e9;
    /** Shorter intervals say little about the rate. */
    private static final long MEASURE_NANOS = 10_000_000;

    private final long min;
    private final long max;
    private long nanos;
    private long since;
    private long bytes;

    BatchDelay(BatchOptions options, long now) {
        this.min = options.minDelay().toNanos();
        this.max = options.maxDelay().toNanos();
        this.since = now;
    }

    /** The bound for the next batch in nanoseconds. */
    long nanos() {
        return nanos;
    }

    /** Reports a batch that has left. */
    void onBatch(int length, long now) {
        bytes += length;
        if (now - since < MEASURE_NANOS) {
            return;
        }
        double rate = bytes * NANOS_PER_SECOND / (now - since);
        if (rate > FAST_BYTES_PER_SECOND) {
            nanos = nanos == 0 ? min : Math.min(max, nanos + (max - min) / STEPS);
        } else {
            nanos = rate < SLOW_BYTES_PER_SECOND ? 0 : nanos / 2;
        }
        since = now;
        bytes = 0;
    }
}
