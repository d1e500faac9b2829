package io.linksocks.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {
    /** Always in the middle: no jitter. */
    private static final RandomGenerator STILL = () -> 1L << 63;

    private static List<Long> millis(Backoff backoff, int count) {
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pauses.add(backoff.next().toMillis());
        }
        return pauses;
    }

    @Test
    void growsQuicklyUpToTheDelayAndSlowlyBeyond() {
        Backoff backoff = new Backoff(Duration.ofSeconds(5), STILL);
        assertEquals(List.of(100L, 200L, 400L, 800L, 1600L, 3200L, 5000L, 7500L, 11_250L), millis(backoff, 9));
    }

    @Test
    void staysAtAMinute() {
        Backoff backoff = new Backoff(Duration.ofSeconds(40), STILL);
        List<Long> pauses = millis(backoff, 20);
        assertEquals(60_000L, pauses.getLast());
    }

    @Test
    void triesAtOnceAfterAConnectionThatWorked() {
        Backoff backoff = new Backoff(Duration.ofSeconds(5), STILL);
        millis(backoff, 5);
        backoff.reset();
        assertEquals(List.of(0L, 100L, 200L), millis(backoff, 3));
    }

    @Test
    void connectionsThatBreakAtOnceButCarrySomethingAreASecondApart() {
        Backoff backoff = new Backoff(Duration.ofSeconds(5), STILL);
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            backoff.ease();
            pauses.add(backoff.next().toMillis());
        }
        assertEquals(List.of(100L, 200L, 400L, 800L, 1000L, 1000L, 1000L), pauses);
    }

    @Test
    void aShortDelayIsNotExceededAtTheStart() {
        Backoff backoff = new Backoff(Duration.ofMillis(20), STILL);
        assertEquals(List.of(20L, 30L), millis(backoff, 2));
    }

    @Test
    void aDelayOfZeroGrowsAsWellSoThatAServerThatIsDownIsNotAskedWithoutPause() {
        Backoff backoff = new Backoff(Duration.ZERO, STILL);
        assertEquals(List.of(0L, 1L, 1L, 2L, 3L, 5L, 7L), millis(backoff, 7));
    }

    @Test
    void jitterStaysWithinATenth() {
        long seed = System.nanoTime();
        Backoff backoff = new Backoff(Duration.ofMillis(1000), new SplittableRandom(seed));
        millis(backoff, 4);
        long pause = backoff.next().toMillis();
        assertTrue(pause >= 900 && pause <= 1650, "seed " + seed + ": " + pause);
    }
}
