package io.linksocks.util;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is not lost when memory runs out for a moment. */
@Timeout(30)
class ThreadsTest {
    private final AtomicInteger runs = new AtomicInteger();
    private final CountDownLatch done = new CountDownLatch(1);

    private void thirdTimeLucky() {
        if (runs.incrementAndGet() < 3) {
            throw new OutOfMemoryError("test");
        }
        done.countDown();
    }

    @Test
    void insistsUntilThereIsMemory() {
        Threads.insist(this::thirdTimeLucky);
        assertEquals(3, runs.get());
        StringBuilder said = new StringBuilder();
        Threads.insist((first, second) -> {
            said.append(first).append(second);
            if (said.length() < 6) {
                throw new OutOfMemoryError("test");
            }
        }, "a", "b");
        assertEquals("ababab", said.toString());
    }

    @Test
    void insistsOnNothingThatFailsOtherwise() {
        assertThrows(IllegalStateException.class, () -> Threads.insist(() -> {
            runs.incrementAndGet();
            throw new IllegalStateException("test");
        }));
        assertEquals(1, runs.get());
    }

    @Test
    void aThreadGoesOn() throws InterruptedException {
        Thread thread = Threads.startInsistent("test", this::thirdTimeLucky);
        assertTrue(thread.join(Duration.ofSeconds(20)));
        assertEquals(3, runs.get());
    }

    @Test
    void aTimerIsNotLost() throws InterruptedException {
        Threads.later(Duration.ZERO, this::thirdTimeLucky);
        done.await();
        CountDownLatch next = new CountDownLatch(1);
        Threads.later(Duration.ZERO, next::countDown);
        next.await();
        assertEquals(3, runs.get(), "not again after it went through");
    }

    @Test
    void aTimerThatWasCancelledDoesNothing() throws InterruptedException {
        assertTrue(Threads.later(Duration.ofMillis(50), this::thirdTimeLucky).cancel(false));
        CountDownLatch later = new CountDownLatch(1);
        Threads.later(Duration.ofMillis(100), later::countDown);
        later.await();
        assertFalse(runs.get() > 0);
    }
}
