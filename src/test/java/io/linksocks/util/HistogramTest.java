package io.linksocks.util;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistogramTest {
    private final Histogram histogram = new Histogram();

    private Map<Double, Long> steps() {
        Map<Double, Long> steps = new LinkedHashMap<>();
        histogram.read(steps::put);
        return steps;
    }

    @Test
    void nothingWasCountedAtFirst() {
        assertEquals(15, steps().size());
        assertEquals(0, steps().values().stream().mapToLong(Long::longValue).sum());
        assertEquals(0, histogram.seconds());
    }

    @Test
    void aStepCountsAllThatAreNotLonger() {
        for (Duration time : new Duration[] {Duration.ZERO, Duration.ofNanos(500_000), Duration.ofNanos(500_001),
            Duration.ofMillis(10), Duration.ofSeconds(10), Duration.ofSeconds(11)}) {
            histogram.observe(time.toNanos());
        }
        Map<Double, Long> steps = steps();
        assertEquals(2, steps.get(0.0005));
        assertEquals(3, steps.get(0.001));
        assertEquals(3, steps.get(0.005));
        assertEquals(4, steps.get(0.01));
        assertEquals(5, steps.get(10.0));
        assertEquals(6, steps.get(Double.POSITIVE_INFINITY));
        assertEquals(21.011, histogram.seconds(), 1e-5);
    }
}
