package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundTripsTest {
    private final RoundTrips roundTrips = new RoundTrips();

    @Test
    void areMillisecondsWithTheNewestLast() {
        assertEquals(List.of(), roundTrips.samples());
        roundTrips.sample(Duration.ofNanos(1_234_567));
        roundTrips.sample(Duration.ZERO);
        roundTrips.sample(Duration.ofSeconds(2));
        roundTrips.sample(Duration.ofNanos(1000));
        assertEquals(List.of(1.2, 0.0, 2000.0, 0.1), roundTrips.samples());
    }

    @Test
    void theOldestIsDropped() {
        for (int i = 0; i <= RoundTrips.SAMPLES; i++) {
            roundTrips.sample(Duration.ofMillis(i));
        }
        assertEquals(RoundTrips.SAMPLES, roundTrips.samples().size());
        assertEquals(1.0, roundTrips.samples().getFirst());
        assertEquals((double) RoundTrips.SAMPLES, roundTrips.samples().getLast());
    }
}
