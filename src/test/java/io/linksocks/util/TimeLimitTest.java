package io.linksocks.util;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class TimeLimitTest {
    private static void awaitRounds(int rounds) throws InterruptedException {
        Semaphore looks = new Semaphore(0);
        Runnable look = looks::release;
        Watchdog.watch(look);
        looks.acquire(rounds);
        Watchdog.forget(look);
    }

    @Test
    void stopsOnceWhatTakesTooLong() throws InterruptedException {
        AtomicInteger stops = new AtomicInteger();
        Semaphore stopped = new Semaphore(0);
        try (TimeLimit limit = new TimeLimit(Duration.ZERO, () -> {
            stops.incrementAndGet();
            stopped.release();
        })) {
            stopped.acquire();
            awaitRounds(3);
            assertTrue(limit.isExceeded());
        }
        assertEquals(1, stops.get());
    }

    @Test
    void stopsNothingThatHasEnded() throws InterruptedException {
        AtomicInteger stops = new AtomicInteger();
        TimeLimit limit = new TimeLimit(Duration.ofMillis(1), stops::incrementAndGet);
        limit.close();
        boolean exceeded = limit.isExceeded();
        int before = stops.get();
        awaitRounds(3);
        assertEquals(exceeded, limit.isExceeded());
        assertEquals(before, stops.get());
    }

    @Test
    void aLongLimitIsNotExceeded() throws InterruptedException {
        try (TimeLimit limit = new TimeLimit(Duration.ofHours(1), () -> { })) {
            awaitRounds(3);
            assertFalse(limit.isExceeded());
        }
    }
}
