package io.linksocks.server;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The round trips of a client over the last ten minutes; for one writer at a time. */
final class RoundTrips {
    /** Seconds from one sample to the next, about those between two pings. */
    static final int PERIOD = 15;
    static final int SAMPLES = 40;

    /** Milliseconds, 0 for unknown; the newest last. Replaced as a whole, so readers need no lock. */
    private volatile float[] samples = {};

    /** @param roundTrip zero while it is unknown */
    void sample(Duration roundTrip) {
        float[] before = samples;
        float[] next = Arrays.copyOfRange(before, before.length < SAMPLES ? 0 : 1, before.length + 1);
        next[next.length - 1] = roundTrip.isZero() ? 0 : Math.max(1, Math.round(roundTrip.toNanos() / 1e5)) / 10f;
        samples = next;
    }

    /** In milliseconds, with 0 for unknown; the newest last. */
    List<Double> samples() {
        float[] now = samples;
        return IntStream.range(0, now.length).mapToObj(index -> Math.round(now[index] * 10) / 10.0).toList();
    }
}
