package io.linksocks.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class WindowTest {
    private static final long ROUND_TRIP = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONG_ROUND_TRIP = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LATER = TimeUnit.SECONDS.toNanos(10);
    /** So that it overflows in the middle of the test. */
    private static final long CREATED = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(2);

    // --- sending -----------------------------------------------------------------------------------------------------

    private final SessionCounters counters = new SessionCounters();

    private SendWindow sendWindow(long credit) {
        return new SendWindow(new ReentrantLock(), credit, RateLimit.NONE, counters);
    }

    @Test
    void theLastMessageMayOverdraw() throws Exception {
        SendWindow window = sendWindow(10);
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
        SendWindow window = sendWindow(1);
        assertTrue(window.grant(Integer.MAX_VALUE - 1));
        assertFalse(window.grant(1));
    }

    @Test
    void withoutFlowControlThereIsNoLimit() throws Exception {
        SendWindow window = sendWindow(SendWindow.UNLIMITED);
        window.take(Integer.MAX_VALUE);
        assertTrue(window.grant(Integer.MAX_VALUE), "from a peer that does not know better");
        assertTrue(window.isOpen());
        assertEquals(Integer.MAX_VALUE, counters.takenBytes.sum());
    }

    @Test
    void knowsWhatTheConsumerHasTakenAndNotWhatWasReadAhead() throws Exception {
        SendWindow window = sendWindow(100);
        window.take(60);
        assertEquals(60, counters.takenBytes.sum(), "within the first window there is no telling");
        window.grant(300);
        assertEquals(60, counters.takenBytes.sum(), "credit for what was not sent only widens the window");
        window.take(340);
        assertEquals(160, counters.takenBytes.sum());
        window.grant(200);
        assertEquals(360, counters.takenBytes.sum());
        window.grant(200);
        assertEquals(400, counters.takenBytes.sum());
    }

    // --- receiving ---------------------------------------------------------------------------------------------------

    @Test
    void refusesDataWithoutCredit() {
        ReceiveWindow window = new ReceiveWindow(10, 10, new AtomicLong(), CREATED);
        assertTrue(window.admit(9));
        assertTrue(window.admit(500), "the last message may overdraw");
        assertFalse(window.admit(1));
    }

    @Test
    void grantsWhatWasConsumedAndNotWhatArrived() {
        ReceiveWindow window = new ReceiveWindow(1000, 1000, new AtomicLong(), CREATED);
        long now = CREATED + LATER;
        assertTrue(window.admit(1000));
        assertEquals(0, window.consume(400, 600, 0, now));
        assertEquals(500, window.consume(100, 500, 0, now));
        assertTrue(window.admit(500));
        assertFalse(window.admit(1));
    }

    /** Grants for bytes that arrive and are consumed at once. */
    private static int pass(ReceiveWindow window, int bytes, long now) {
        return pass(window, bytes, ROUND_TRIP, now);
    }

    private static int pass(ReceiveWindow window, int bytes, long rtt, long now) {
        assertTrue(window.admit(bytes));
        return window.consume(bytes, 0, rtt, now);
    }

    @Test
    void growsWhileTheSenderWaitsForIt() {
        AtomicLong budget = new AtomicLong(1 << 20);
        ReceiveWindow window = new ReceiveWindow(1000, 6000, budget, CREATED);
        long now = CREATED;
        assertEquals(2000, pass(window, 1000, now), "twice as large within a round trip");
        assertEquals(4000, pass(window, 2000, now));
        assertEquals(6000, pass(window, 4000, now));
        assertEquals(6000, pass(window, 6000, now), "not above its maximum");
        assertEquals((1 << 20) - 5000, budget.get());
        window.release();
        window.release();
        assertEquals(1 << 20, budget.get(), "given back once");
        assertEquals(6000, pass(window, 6000, now));
        assertEquals(1 << 20, budget.get(), "no growth after the end");
    }

    @Test
    void growsFourfoldOnALongLink() {
        ReceiveWindow window = new ReceiveWindow(1000, 20_000, new AtomicLong(1 << 20), CREATED);
        long now = CREATED;
        assertEquals(4000, pass(window, 1000, LONG_ROUND_TRIP, now));
        assertEquals(16_000, pass(window, 4000, LONG_ROUND_TRIP, now));
        assertEquals(20_000, pass(window, 16_000, LONG_ROUND_TRIP, now));
    }

    /** A sender that doubles what is in flight uses a quarter of a window in one round trip, and all of it two later. */
    @Test
    void isAheadOfTheSenderOnALongLink() {
        ReceiveWindow window = new ReceiveWindow(1000, 4000, new AtomicLong(1 << 20), CREATED);
        long now = CREATED + LATER;
        assertEquals(1000, pass(window, 1000, LONG_ROUND_TRIP, now), "begins");
        assertEquals(3500, pass(window, 500, LONG_ROUND_TRIP, now + LONG_ROUND_TRIP * 3 / 2), "half of it and 3000 more");
    }

    @Test
    void aSlowReaderGetsNoMore() {
        AtomicLong budget = new AtomicLong(1 << 20);
        ReceiveWindow window = new ReceiveWindow(1000, 4000, budget, CREATED);
        assertEquals(1000, pass(window, 1000, CREATED + LATER));
        assertEquals(1 << 20, budget.get());
    }

    @Test
    void aReaderThatIsBehindGetsNoMoreHoweverFastItReadsAtTimes() {
        AtomicLong budget = new AtomicLong(1 << 20);
        ReceiveWindow window = new ReceiveWindow(1000, 4000, budget, CREATED);
        long now = CREATED;
        assertTrue(window.admit(1000));
        for (int burst = 0; burst < 10; burst++) {
            assertEquals(500, window.consume(500, 500, ROUND_TRIP, now), "what it took, and no more");
            assertTrue(window.admit(500));
        }
        assertEquals(1 << 20, budget.get());
    }

    @Test
    void shrinksToWhatASlowReaderNeeds() {
        AtomicLong budget = new AtomicLong(15_000);
        ReceiveWindow window = new ReceiveWindow(1000, 16_000, budget, CREATED);
        long now = CREATED;
        pass(window, 1000, now);
        pass(window, 2000, now);
        pass(window, 4000, now);
        assertEquals(16_000, pass(window, 8000, now));
        assertTrue(window.admit(16_000));
        long later = now + LATER;
        assertEquals(0, window.consume(8000, 8000, ROUND_TRIP, later), "no credit until little is unread");
        assertEquals(15_000, budget.get(), "all growth is there for others");
        for (int unread = 7500; unread >= 1000; unread -= 500) {
            assertEquals(0, window.consume(500, unread, ROUND_TRIP, later));
        }
        assertEquals(500, window.consume(500, 500, ROUND_TRIP, later), "half a window of the first size");
    }

    @Test
    void growsAgainWhenTheReaderKeepsUp() {
        AtomicLong budget = new AtomicLong(15_000);
        ReceiveWindow window = new ReceiveWindow(1000, 4000, budget, CREATED);
        long now = CREATED;
        pass(window, 1000, now);
        assertEquals(4000, pass(window, 2000, now));
        assertTrue(window.admit(4000));
        long later = now + LATER;
        assertEquals(0, window.consume(2000, 2000, ROUND_TRIP, later));
        assertEquals(2000, window.consume(2000, 0, ROUND_TRIP, later), "twice the first size");
        assertEquals(4000, pass(window, 2000, later));
    }

    @Test
    void staysAsItIsWhileTheSenderIsIdle() {
        AtomicLong budget = new AtomicLong(15_000);
        ReceiveWindow window = new ReceiveWindow(1000, 4000, budget, CREATED);
        long now = CREATED;
        pass(window, 1000, now);
        assertEquals(4000, pass(window, 2000, now));
        assertEquals(2000, pass(window, 2000, now + LATER), "the reader waited for it");
        assertEquals(12_000, budget.get());
    }

    @Test
    void tellsTheSenderOfASlowStreamNowAndThen() {
        long second = TimeUnit.SECONDS.toNanos(1);
        ReceiveWindow window = new ReceiveWindow(1000, 64_000, new AtomicLong(1 << 20), CREATED);
        long start = CREATED;
        assertEquals(2000, pass(window, 1000, start), "it was fast at first");
        assertEquals(0, pass(window, 600, start + second - 1));
        assertEquals(800, pass(window, 200, start + second), "before half of the window");
        assertEquals(0, pass(window, 499, start + 2 * second), "not for a few bytes");
        assertEquals(500, pass(window, 1, start + 2 * second));
        assertTrue(window.admit(1600));
        assertEquals(0, window.consumeRest(1500, ROUND_TRIP, start + 2 * second), "nobody waits for credit");
        assertEquals(1600, window.consumeRest(100, ROUND_TRIP, start + 3 * second));
        assertTrue(window.admit(1100));
        assertEquals(0, window.consume(600, 500, second, start + 4 * second), "rarely over a long link");
        assertEquals(1100 + 3 * 2000, window.consume(500, 0, second, start + 4 * second), "where it may still grow");
    }

    @Test
    void isWideFromTheBeginningOnALongLink() {
        AtomicLong budget = new AtomicLong(15_000);
        ReceiveWindow window = new ReceiveWindow(1000, 4000, budget, CREATED);
        assertEquals(3000, window.widen(LONG_ROUND_TRIP));
        assertTrue(window.admit(3999));
        assertTrue(window.admit(1));
        assertFalse(window.admit(1));
        assertEquals(0, new ReceiveWindow(1000, 4000, budget, CREATED).widen(TimeUnit.MILLISECONDS.toNanos(1)),
                "not on a short one");
        assertEquals(12_000, budget.get());
        assertEquals(3000, new ReceiveWindow(1000, 4000, budget, CREATED).widen(LONG_ROUND_TRIP));
        assertEquals(0, new ReceiveWindow(1000, 4000, budget, CREATED).widen(LONG_ROUND_TRIP),
                "the rest is for those who need it");
    }

    @Test
    void windowsShareOneBudget() {
        AtomicLong budget = new AtomicLong(4500);
        ReceiveWindow first = new ReceiveWindow(1000, 4000, budget, CREATED);
        ReceiveWindow second = new ReceiveWindow(1000, 4000, budget, CREATED);
        long now = CREATED;
        pass(first, 1000, now);
        assertEquals(4000, pass(first, 2000, now));
        assertEquals(2000, pass(second, 1000, now));
        assertEquals(2500, pass(second, 2000, now), "no more left to grow by");
        first.release();
        assertEquals(4000, pass(second, 2500, now));
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
            ReceiveWindow window = new ReceiveWindow(initial, maximum, new AtomicLong(random.nextInt(2000)), CREATED);
            long credit = initial;
            long unread = 0;
            long now = CREATED;
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
                    now += random.nextInt(10) == 0 ? LATER : 0;
                    credit += window.consume(some, (int) unread, random.nextBoolean() ? ROUND_TRIP : 0, now);
                }
            }
        }
    }
}
