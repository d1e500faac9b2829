package io.linksocks.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WindowTest {
    private static final long ROUND_TRIP = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LATER = TimeUnit.SECONDS.toNanos(10);

    // --- sending -----------------------------------------------------------------------------------------------------

    @Test
    void theLastMessageMayOverdraw() {
        SendWindow window = new SendWindow(10);
        window.take(9);
        assertTrue(window.isOpen(), "one byte of credit is enough to begin");
        window.take(1000);
        assertTrue(window.grant(999));
        assertFalse(window.isOpen(), "it owes 999");
        assertTrue(window.grant(1));
        assertTrue(window.isOpen());
    }

    @Test
    void creditHasALimit() {
        SendWindow window = new SendWindow(1);
        assertTrue(window.grant(Integer.MAX_VALUE - 1));
        assertFalse(window.grant(1));
    }

    @Test
    void knowsWhatTheConsumerHasTakenAndNotWhatWasReadAhead() {
        SendWindow window = new SendWindow(100);
        window.take(60);
        assertEquals(60, window.taken(), "within the first window there is no telling");
        window.grant(300);
        assertEquals(60, window.taken(), "credit for what was not sent only widens the window");
        window.take(340);
        assertEquals(160, window.taken());
        window.grant(200);
        assertEquals(360, window.taken());
        window.grant(200);
        assertEquals(400, window.taken());
    }

    // --- receiving ---------------------------------------------------------------------------------------------------

    @Test
    void refusesDataWithoutCredit() {
        ReceiveWindow window = new ReceiveWindow(10, 10, new AtomicLong());
        assertTrue(window.admit(9));
        assertTrue(window.admit(500), "the last message may overdraw");
        assertFalse(window.admit(1));
    }

    @Test
    void grantsWhatWasConsumedAndNotWhatArrived() {
        ReceiveWindow window = new ReceiveWindow(1000, 1000, new AtomicLong());
        long now = System.nanoTime() + LATER;
        assertTrue(window.admit(1000));
        assertEquals(0, window.consume(400, 0, now));
        assertEquals(500, window.consume(100, 0, now));
        assertTrue(window.admit(500));
        assertFalse(window.admit(1));
    }

    @Test
    void growsWhileTheSenderWaitsForIt() {
        AtomicLong budget = new AtomicLong(1 << 20);
        ReceiveWindow window = new ReceiveWindow(1000, 6000, budget);
        long now = System.nanoTime();
        assertEquals(4000, window.consume(1000, ROUND_TRIP, now), "four times as large within a round trip");
        assertEquals(6000, window.consume(4000, ROUND_TRIP, now));
        assertEquals(6000, window.consume(6000, ROUND_TRIP, now), "not above its maximum");
        assertEquals((1 << 20) - 5000, budget.get());
        window.release();
        window.release();
        assertEquals(1 << 20, budget.get(), "given back once");
        assertEquals(4000, window.consume(4000, ROUND_TRIP, now));
        assertEquals(1 << 20, budget.get(), "no growth after the end");
    }

    @Test
    void aSlowReaderGetsNoMore() {
        AtomicLong budget = new AtomicLong(1 << 20);
        ReceiveWindow window = new ReceiveWindow(1000, 4000, budget);
        assertEquals(1000, window.consume(1000, ROUND_TRIP, System.nanoTime() + LATER));
        assertEquals(1 << 20, budget.get());
    }

    @Test
    void tellsTheSenderOfASlowReaderNowAndThen() {
        long second = TimeUnit.SECONDS.toNanos(1);
        ReceiveWindow window = new ReceiveWindow(1000, 64_000, new AtomicLong(1 << 20));
        long start = System.nanoTime();
        assertEquals(4000, window.consume(1000, ROUND_TRIP, start), "it was fast at first");
        assertEquals(0, window.consume(1200, ROUND_TRIP, start + second - 1));
        assertEquals(1600, window.consume(400, ROUND_TRIP, start + second), "before half of the window");
        assertEquals(0, window.consume(499, ROUND_TRIP, start + 2 * second), "not for a few bytes");
        assertEquals(500, window.consume(1, ROUND_TRIP, start + 2 * second));
        assertEquals(0, window.consumeRest(2500, ROUND_TRIP, start + 2 * second), "nobody waits for credit");
        assertEquals(2600, window.consumeRest(100, ROUND_TRIP, start + 3 * second));
        assertEquals(0, window.consume(1500, second, start + 4 * second), "rarely over a long link");
        assertEquals(1500 + 500 + 12_000, window.consume(500, second, start + 4 * second), "where it may still grow");
    }

    @Test
    void isWideFromTheBeginningOnALongLink() {
        AtomicLong budget = new AtomicLong(15_000);
        ReceiveWindow window = new ReceiveWindow(1000, 4000, budget);
        assertEquals(3000, window.widen(ROUND_TRIP));
        assertTrue(window.admit(3999));
        assertTrue(window.admit(1));
        assertFalse(window.admit(1));
        assertEquals(0, new ReceiveWindow(1000, 4000, budget).widen(TimeUnit.MILLISECONDS.toNanos(1)), "not on a short one");
        assertEquals(12_000, budget.get());
        assertEquals(3000, new ReceiveWindow(1000, 4000, budget).widen(ROUND_TRIP));
        assertEquals(0, new ReceiveWindow(1000, 4000, budget).widen(ROUND_TRIP), "the rest is for those who need it");
    }

    @Test
    void windowsShareOneBudget() {
        AtomicLong budget = new AtomicLong(4500);
        ReceiveWindow first = new ReceiveWindow(1000, 4000, budget);
        ReceiveWindow second = new ReceiveWindow(1000, 4000, budget);
        long now = System.nanoTime();
        assertEquals(4000, first.consume(1000, ROUND_TRIP, now));
        assertEquals(2500, second.consume(1000, ROUND_TRIP, now), "no more left to grow by");
        first.release();
        assertEquals(4000, second.consume(2500, ROUND_TRIP, now));
        assertEquals(1500, budget.get());
    }

    /** Both ends of a channel in one thread: credit never runs dry for good, and the bound holds. */
    @Test
    void aSenderWithinItsCreditIsNeverRefusedNorStuck() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            int initial = 1 + random.nextInt(300);
            int maximum = initial + random.nextInt(1000);
            int largest = 1 + random.nextInt(400);
            ReceiveWindow window = new ReceiveWindow(initial, maximum, new AtomicLong(random.nextInt(2000)));
            long credit = initial;
            long unread = 0;
            for (int step = 0; step < 200; step++) {
                if (credit > 0 && random.nextBoolean()) {
                    int message = 1 + random.nextInt(largest);
                    credit -= message;
                    unread += message;
                    assertTrue(window.admit(message), "seed " + seed);
                }
                assertTrue(unread < maximum + largest, "seed " + seed);
                assertTrue(credit > 0 || unread > 0, "stuck, seed " + seed);
                if (unread > 0 && random.nextBoolean()) {
                    int some = 1 + random.nextInt((int) unread);
                    unread -= some;
                    credit += window.consume(some, random.nextBoolean() ? ROUND_TRIP : 0, System.nanoTime());
                }
            }
        }
    }
}
