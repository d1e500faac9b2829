package io.linksocks.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class RateLimitTest {
    private static final int QUANTUM = 16 << 10;

    private record Alarm(long at, Runnable job) {}

    private long now;
    private final Queue<Alarm> alarms = new ArrayDeque<>();
    private final RateLimit limit = new RateLimit(() -> now,
            (delay, job) -> alarms.add(new Alarm(now + delay.toNanos(), job)));

    /** Lets time pass until nothing waits. */
    private void runOut() {
        for (Alarm next = alarms.poll(); next != null; next = alarms.poll()) {
            now = Math.max(now, next.at());
            next.job().run();
        }
    }

    private double seconds() {
        return now / (double) Duration.ofSeconds(1).toNanos();
    }

    @Test
    void withoutALimitAllPassesAtOnce() {
        AtomicLong passed = new AtomicLong();
        limit.new Turn(passed::addAndGet).ask(Integer.MAX_VALUE);
        assertEquals(Integer.MAX_VALUE, passed.get());
        assertTrue(limit.hasRoom());
        assertTrue(alarms.isEmpty());
    }

    @Test
    void bytesPassAtTheRateAfterABurst() {
        limit.set(1 << 20);
        AtomicLong passed = new AtomicLong();
        now += Duration.ofSeconds(100).toNanos();
        RateLimit.Turn turn = limit.new Turn(passed::addAndGet);
        turn.ask(10 << 20);
        assertTrue(passed.get() <= (1 << 20) / 10 + QUANTUM, "burst of " + passed.get());
        runOut();
        assertEquals(10 << 20, passed.get());
        assertEquals(110, seconds(), 0.2);
    }

    @Test
    void thoseWhoWaitShareTheRateEvenlyHoweverMuchTheyWant() {
        limit.set(1 << 20);
        List<Integer> order = new ArrayList<>();
        long[] passed = new long[3];
        for (int i = 0; i < 3; i++) {
            int who = i;
            limit.new Turn(bytes -> {
                order.add(who);
                passed[who] += bytes;
            }).ask(who == 0 ? 100 << 20 : 1 << 20);
        }
        while (passed[1] < 1 << 20 || passed[2] < 1 << 20) {
            Alarm next = alarms.remove();
            now = next.at();
            next.job().run();
        }
        assertTrue(passed[0] <= (1 << 20) + 2 * QUANTUM, "one took " + passed[0]);
        assertEquals(3, seconds(), 0.2);
    }

    @Test
    void aHigherRateOrNoneHoldsForThoseWhoWait() {
        limit.set(1);
        AtomicLong passed = new AtomicLong();
        limit.new Turn(passed::addAndGet).ask(1 << 20);
        assertTrue(passed.get() < 1 << 20);
        limit.set(0);
        assertEquals(1 << 20, passed.get());
    }

    @Test
    void aHigherRateIsNotFirstAwaitedAtTheLowerOne() {
        limit.set(1);
        AtomicLong passed = new AtomicLong();
        now += Duration.ofSeconds(1).toNanos();
        limit.new Turn(passed::addAndGet).ask(3 * QUANTUM);
        assertEquals(QUANTUM, passed.get(), "more than the second was worth, which is owed");
        limit.set(1 << 20);
        assertEquals(2, alarms.size());
        now += Duration.ofSeconds(1).toNanos();
        alarms.remove(alarms.stream().max(Comparator.comparing(Alarm::at)).orElseThrow());
        alarms.remove().job().run();
        assertEquals(3 * QUANTUM, passed.get());
        assertTrue(alarms.isEmpty());
    }

    @Test
    void whoLeavesTakesNothingFromThoseWhoStay() {
        limit.set(1 << 20);
        AtomicLong passed = new AtomicLong();
        RateLimit.Turn leaving = limit.new Turn(bytes -> passed.addAndGet(-bytes));
        leaving.ask(100 << 20);
        limit.new Turn(passed::addAndGet).ask(1 << 20);
        assertEquals(100 << 20, leaving.withdraw());
        assertFalse(leaving.ask(1));
        runOut();
        assertEquals(1 << 20, passed.get());
        assertEquals(1, seconds(), 0.1);
    }

    @Test
    void nobodyWaitsBehindThoseWhoHaveLeft() {
        limit.set(1 << 20);
        RateLimit.Turn leaving = limit.new Turn(bytes -> { });
        leaving.ask(1 << 20);
        now += Duration.ofSeconds(2).toNanos();
        assertFalse(limit.hasRoom(), "somebody waits");
        leaving.withdraw();
        assertTrue(limit.hasRoom());
    }

    @Test
    void whoDoesNotWaitTakesNothingFromThoseWhoDo() {
        limit.set(1 << 20);
        assertFalse(limit.hasRoom(), "empty at first");
        now += Duration.ofSeconds(1).toNanos();
        assertTrue(limit.hasRoom());
        limit.spend(1 << 20);
        assertFalse(limit.hasRoom());
        AtomicLong passed = new AtomicLong();
        limit.new Turn(passed::addAndGet).ask(QUANTUM);
        now += Duration.ofSeconds(2).toNanos();
        assertFalse(limit.hasRoom(), "somebody waits");
        runOut();
        assertEquals(QUANTUM, passed.get());
    }

    @Test
    void aThreadWaitsForAllOfItsBytes() throws Exception {
        limit.set(1 << 20);
        CompletableFuture<Void> sender = new CompletableFuture<>();
        Thread thread = Thread.startVirtualThread(() -> {
            try {
                limit.new Gate().pass(1 << 20);
                sender.complete(null);
            } catch (ChannelException e) {
                sender.completeExceptionally(e);
            }
        });
        while (!sender.isDone()) {
            if (thread.getState() == Thread.State.WAITING) {
                runOut();
            }
            Thread.onSpinWait();
        }
        sender.join();
        assertEquals(1, seconds(), 0.1);
    }
}
