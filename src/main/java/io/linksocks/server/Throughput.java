package io.linksocks.server;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Bytes per second in both directions over the last minutes; for one thread at a time. */
final class Throughput {
    /** Five minutes of seconds. */
    static final int SAMPLES = 300;

    /** Bytes per second. */
    record Sample(long in, long out) {}

    /** Rings, for a server that runs for months takes as much memory as on its first day. */
    private final long[] in = new long[SAMPLES];
    private final long[] out = new long[SAMPLES];
    private long time;
    private long received;
    private long sent;
    private long count;

    /** @param now as {@link System#nanoTime}, here and below */
    Throughput(long now) {
        time = now;
    }

    /**
     * Takes a sample of what passed since the one before.
     *
     * @param totalReceived bytes so far
     * @param totalSent     bytes so far
     */
    void sample(long now, long totalReceived, long totalSent) {
        long nanos = Math.max(1, now - time);
        int place = place(count);
        in[place] = rate(totalReceived - received, nanos);
        out[place] = rate(totalSent - sent, nanos);
        time = now;
        received = totalReceived;
        sent = totalSent;
        count++;
    }

    private static long rate(long bytes, long nanos) {
        return Math.round((double) bytes * TimeUnit.SECONDS.toNanos(1) / nanos);
    }

    /** How many samples there were so far. */
    long count() {
        return count;
    }

    /** Zero before the first. */
    Sample latest() {
        return count == 0 ? new Sample(0, 0) : get(count - 1);
    }

    /** The newest last. */
    List<Sample> samples() {
        List<Sample> samples = new ArrayList<>();
        for (long i = Math.max(0, count - SAMPLES); i < count; i++) {
            samples.add(get(i));
        }
        return samples;
    }

    private Sample get(long index) {
        return new Sample(in[place(index)], out[place(index)]);
    }

    private static int place(long index) {
        return (int) (index % SAMPLES);
    }
}
