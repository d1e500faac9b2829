package io.linksocks.util;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class PeriodicJobTest {
    private static final Duration PAUSE = Duration.ofMillis(1);

    @Test
    void aRunThatFailsIsFollowedByOthers() throws InterruptedException {
        CountDownLatch runs = new CountDownLatch(3);
        PeriodicJob job = new PeriodicJob("test", PAUSE, () -> {
            runs.countDown();
            throw new IllegalStateException("test");
        });
        runs.await();
        job.close();
    }

    @Test
    void closingWaitsForTheRunUnderWay() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger under = new AtomicInteger();
        PeriodicJob job = new PeriodicJob("test", PAUSE, () -> {
            under.incrementAndGet();
            begun.countDown();
            Thread.yield();
            under.decrementAndGet();
        });
        begun.await();
        job.close();
        assertEquals(0, under.get());
    }
}
