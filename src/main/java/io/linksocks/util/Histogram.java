package io.linksocks.util;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Counts durations by length. Thread-safe. */
public final class Histogram {
    /** In microseconds: from the latency of a local network to the timeout of a dial, each 2 or 2.5 times the last. */
    private static final long[] BOUNDS = {500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
        1_000_000, 2_500_000, 5_000_000, 10_000_000};
    private static final double MICROS_PER_SECOND = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    /** The last one is for durations above all bounds. */
    private final LongAdder[] counts = new LongAdder[BOUNDS.length + 1];
    private final LongAdder nanos = new LongAdder();

    public Histogram() {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    /** @param time in nanoseconds */
    public void observe(long time) {
        int i = 0;
        while (i < BOUNDS.length && time > TimeUnit.MICROSECONDS.toNanos(BOUNDS[i])) {
            i++;
        }
        counts[i].increment();
        nanos.add(time);
    }

    /** Receives the counts. */
    @FunctionalInterface
    public interface Reader {
        /**
         * Called for each bound, in ascending order.
         *
         * @param seconds the bound; infinite for the last
         * @param count of durations that were not longer
         */
        void step(double seconds, long count);
    }

    /** Reads the counts of all bounds. */
    public void read(Reader reader) {
        long count = 0;
        for (int i = 0; i < counts.length; i++) {
            count += counts[i].sum();
            reader.step(i == BOUNDS.length ? Double.POSITIVE_INFINITY : BOUNDS[i] / MICROS_PER_SECOND, count);
        }
    }

    /** The sum of all durations. */
    public double seconds() {
        return nanos.sum() / NANOS_PER_SECOND;
    }
}
