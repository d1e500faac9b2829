package io.linksocks.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Bytes per second in both directions over the last minutes; for one thread at a time. */
final class Throughput {
    /** Five minutes of seconds. */
    static final int SAMPLES = 300;

    /** Bytes per second. */
    record Sample(long in, long out) {}

    private final Deque<Sample> samples = new ArrayDeque<>(SAMPLES + 1);
    private long time;
    private long received;
    private long sent;
    private long count;

    /** @param now in terms of {@link System#nanoTime}, here and below */
    Throughput(long now) {
        time = now;
    }

    /**
     * Takes a sample of the time since the previous one.
     *
     * @param totalReceived bytes so far
     * @param totalSent     bytes so far
     */
    void sample(long now, long totalReceived, long totalSent) {
        long nanos = Math.max(1, now - time);
        samples.addLast(new Sample(rate(totalReceived - received, nanos), rate(totalSent - sent, nanos)));
        if (samples.size() > SAMPLES) {
            samples.removeFirst();
        }
        time = now;
        received = totalReceived;
        sent = totalSent;
        count++;
    }

    private static long rate(long bytes, long nanos) {
        return Math.round((double) bytes * TimeUnit.SECONDS.toNanos(1) / nanos);
    }

    /** Number of samples taken so far. */
    long count() {
        return count;
    }

    /** Zero before the first sample. */
    Sample latest() {
        return samples.isEmpty() ? new Sample(0, 0) : samples.getLast();
    }

    /** The newest last. */
    List<Sample> samples() {
        return List.copyOf(samples);
    }
}
