package io.linksocks.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchDelayTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final int FAST = 300 << 10;
    private static final int BETWEEN = 200 << 10;
    private static final int SLOW = 100 << 10;

    /** Near the end of the scale, where nanoTime() may begin as well. */
    private long now = Long.MAX_VALUE - SECOND / 2;
    private final BatchDelay delay = new BatchDelay(BatchOptions.DEFAULT, now);

    /** One second in which this much left; the delay after it in milliseconds. */
    private long after(int bytes) {
        now += SECOND;
        delay.onBatch(bytes, now);
        return Duration.ofNanos(delay.nanos()).toMillis();
    }

    @Test
    void aNewStreamDoesNotWait() {
        assertEquals(0, delay.nanos());
    }

    @Test
    void growsFromTheMinimumInTenthsOfTheRange() {
        assertEquals(20, after(FAST));
        for (int step = 1; step <= 10; step++) {
            assertEquals(20 + step * 48, after(FAST));
        }
        assertEquals(500, after(FAST));
    }

    @Test
    void halvesInBetween() {
        after(FAST);
        after(FAST);
        assertEquals(34, after(BETWEEN));
        assertEquals(17, after(BETWEEN));
    }

    @Test
    void doesNotStartInBetween() {
        assertEquals(0, after(BETWEEN));
    }

    @Test
    void aSlowStreamDoesNotWait() {
        after(FAST);
        after(FAST);
        assertEquals(0, after(SLOW));
        assertEquals(20, after(FAST));
    }

    @Test
    void aPauseMakesAStreamSlow() {
        after(FAST);
        now += 60 * SECOND;
        assertEquals(0, after(FAST));
    }

    @Test
    void measuresOverTenMillisecondsAtLeast() {
        for (int i = 0; i < 9; i++) {
            now += SECOND / 1000;
            delay.onBatch(1 << 20, now);
            assertEquals(0, delay.nanos());
        }
        now += SECOND / 1000;
        delay.onBatch(0, now);
        assertEquals(20, Duration.ofNanos(delay.nanos()).toMillis());
    }
}
