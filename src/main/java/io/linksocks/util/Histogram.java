package io.linksocks.util;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Lengths of time, counted by how long they were; for any number of threads. */
public final class Histogram {
    /** In microseconds: from what a network of one room takes to the limit of a dial, in steps of 2 or 2.5 times. */
    private static final long[] BOUNDS = {500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
        1_000_000, 2_500_000, 5_000_000, 10_000_000};
    private static final double MICROS_PER_SECOND = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    /** One more than there are bounds, for what is above the last. */
    private final LongAdder[] counts = new LongAdder[BOUNDS.length + 1];
    private final LongAdder nanos = new LongAdder();

    public Histogram() {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    /** Counts one length of time. */
    public void observe(long time) {
        int i = 0;
        while (i < BOUNDS.length && time > TimeUnit.MICROSECONDS.toNanos(BOUNDS[i])) {
            i++;
        }
        counts[i].increment();
        nanos.add(time);
    }

    /** Takes what was counted up to now. */
    @FunctionalInterface
    public interface Reader {
        /**
         * Takes one step, in ascending order.
         *
         * @param seconds the bound, infinite in the end
         * @param count how many were not longer
         */
        void step(double seconds, long count);
    }

    /** Reads out all steps. */
    public void read(Reader reader) {
        long count = 0;
        for (int i = 0; i < counts.length; i++) {
            count += counts[i].sum();
            reader.step(i == BOUNDS.length ? Double.POSITIVE_INFINITY : BOUNDS[i] / MICROS_PER_SECOND, count);
        }
    }

    /** All of them together. */
    public double seconds() {
        return nanos.sum() / NANOS_PER_SECOND;
    }
}
