package io.linksocks.util;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class WatchdogTest {
    @Test
    void looksAgainAndAgainUntilForgotten() throws InterruptedException {
        Semaphore looks = new Semaphore(0);
        Runnable look = looks::release;
        Watchdog.watch(look);
        looks.acquire(3);
        Watchdog.forget(look);
        // Two rounds of another one: the first may have begun before.
        Semaphore others = new Semaphore(0);
        Runnable other = others::release;
        Watchdog.watch(other);
        others.acquire(2);
        looks.drainPermits();
        others.acquire(2);
        Watchdog.forget(other);
        assertEquals(0, looks.drainPermits(), "looked at after it was forgotten");
    }

    @Test
    void awakesAgainAfterRest() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            Semaphore looks = new Semaphore(0);
            Runnable look = looks::release;
            Watchdog.watch(look);
            looks.acquire();
            Watchdog.forget(look);
        }
    }

    /** A look that should not have failed does not end the watch. */
    @Test
    void looksAgainAfterALookThatFailed() throws InterruptedException {
        AtomicInteger left = new AtomicInteger(2);
        Semaphore looks = new Semaphore(0);
        Runnable look = () -> {
            if (left.decrementAndGet() >= 0) {
                throw new IllegalStateException("test");
            }
            looks.release();
        };
        Watchdog.watch(look);
        looks.acquire(2);
        Watchdog.forget(look);
    }
}
