package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.linksocks.server.Throughput.Sample;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThroughputTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = -5 * SECOND;

    private final Throughput throughput = new Throughput(START);

    @Test
    void ratesArePerSecondHoweverLongTheClockSlept() {
        assertEquals(new Sample(0, 0), throughput.latest());
        throughput.sample(START + SECOND, 1000, 10);
        throughput.sample(START + 3 * SECOND, 5000, 10);
        throughput.sample(START + 3 * SECOND + SECOND / 2, 5000, 20);
        assertEquals(List.of(new Sample(1000, 10), new Sample(2000, 0), new Sample(0, 20)), throughput.samples());
        assertEquals(new Sample(0, 20), throughput.latest());
    }

    @Test
    void theOldestGo() {
        for (int i = 1; i <= Throughput.SAMPLES + 2; i++) {
            throughput.sample(START + i * SECOND, i * (i + 1L) / 2, 0);
        }
        assertEquals(Throughput.SAMPLES, throughput.samples().size());
        assertEquals(new Sample(3, 0), throughput.samples().getFirst());
        assertEquals(Throughput.SAMPLES + 2, throughput.count());
    }
}
