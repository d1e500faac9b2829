package io.linksocks.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Time is given, so nothing here waits. */
class CongestionWindowTest {
    private static final long CEILING = 16 << 20;
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long BASE = 20 * MILLI;
    private static final int PIECE = 64 << 10;

    private final CongestionWindow limit = new CongestionWindow(CEILING);
    private long now = 1;

    /** A link that has room for more: every round trip is the smallest, and the sender uses all it may. */
    private void acknowledge(int times, long roundTrip) {
        for (int i = 0; i < times; i++) {
            now += MILLI;
            limit.onAcknowledged(roundTrip, PIECE, limit.bytes(), now);
        }
    }

    @Test
    void beginsBetweenFloorAndCeiling() {
        assertTrue(limit.bytes() > 0 && limit.bytes() < CEILING, () -> "begins at " + limit.bytes());
        assertEquals(0, limit.smoothedRtt(), "unknown at first");
        assertEquals(1000, new CongestionWindow(1000).bytes(), "never above its ceiling");
    }

    @Test
    void theFirstSampleCountsLikeAnyOther() {
        long before = limit.bytes();
        acknowledge(1, 100 * MILLI);
        assertEquals(before + PIECE, limit.bytes());
    }

    @Test
    void growsToFillALongFatLink() {
        acknowledge(1000, BASE);
        assertEquals(CEILING, limit.bytes());
        assertEquals(BASE, limit.smoothedRtt());
    }

    @Test
    void doesNotGrowWithoutNeed() {
        long before = limit.bytes();
        for (int i = 0; i < 1000; i++) {
            now += MILLI;
            limit.onAcknowledged(BASE, 1000, 2000, now);
        }
        assertEquals(before, limit.bytes(), "a sender that does not use it learns nothing about the link");
    }

    /** The queue that a growing sender makes shows only a round trip later: by then nothing may have been added to it. */
    @Test
    void theFirstLateSamplesStopGrowth() {
        acknowledge(100, BASE);
        acknowledge(1, BASE + 20 * MILLI);
        long before = limit.bytes();
        acknowledge(10, BASE + 20 * MILLI);
        assertTrue(limit.bytes() <= before, () -> before + " became " + limit.bytes());
    }

    /** What the sender lets go at once makes a queue of its own, that is gone before the next begins. */
    @Test
    void burstsDoNotKeepALongLinkFromFilling() {
        long roundTrip = 100 * MILLI;
        int rounds = 0;
        while (limit.bytes() < CEILING) {
            now += roundTrip;
            for (long sent = 0; sent < limit.bytes() / 2; sent += PIECE) {
                limit.onAcknowledged(roundTrip + sent / PIECE * MILLI, PIECE, limit.bytes(), now);
            }
            rounds++;
        }
        assertTrue(rounds <= 10, "half as much again in each: " + rounds);
    }

    @Test
    void aQueueThatStandsEndsTheBeginningOfALongLink() {
        acknowledge(10, 100 * MILLI);
        acknowledge(300, 150 * MILLI);
        long shrunk = limit.bytes();
        acknowledge(1, 100 * MILLI);
        acknowledge(100, 120 * MILLI);
        assertTrue(limit.bytes() <= shrunk + 2 * PIECE, () -> shrunk + " became " + limit.bytes());
    }

    @Test
    void oneLateSampleIsNoQueue() {
        for (int i = 0; i < 500; i++) {
            acknowledge(1, BASE);
            acknowledge(1, BASE + 50 * MILLI);
        }
        assertEquals(CEILING, limit.bytes());
    }

    @Test
    void shrinksWhenAQueueStands() {
        acknowledge(1000, BASE);
        acknowledge(500, BASE + 100 * MILLI);
        assertTrue(limit.bytes() < CEILING / 2, () -> "still " + limit.bytes());
        assertTrue(limit.smoothedRtt() > BASE, () -> "round trip " + limit.smoothedRtt());
    }

    @Test
    void neverShrinksBelowItsFloor() {
        acknowledge(10, BASE);
        acknowledge(9_000, BASE + 100 * MILLI);
        long floor = limit.bytes();
        assertTrue(floor >= PIECE, () -> "floor " + floor);
        acknowledge(500, BASE + 100 * MILLI);
        assertEquals(floor, limit.bytes());
    }

    @Test
    void recoversAfterTheQueueIsGone() {
        acknowledge(1000, BASE);
        acknowledge(1000, BASE + 100 * MILLI);
        acknowledge(1000, BASE);
        assertEquals(CEILING, limit.bytes());
    }

    @Test
    void aLongerRouteIsUnderstoodAfterAWhile() {
        acknowledge(100, BASE);
        acknowledge(2_000, BASE + 100 * MILLI);
        long small = limit.bytes();
        for (int i = 0; i < 400; i++) {
            now += 100 * MILLI;
            limit.onAcknowledged(BASE + 100 * MILLI, PIECE, limit.bytes(), now);
        }
        assertTrue(limit.bytes() > small, () -> "the old smallest round trip counts for ever: " + limit.bytes());
    }

    @Test
    void staysWithinItsBoundsWhateverIsMeasured() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            now += random.nextInt(10) * MILLI;
            limit.onAcknowledged(1 + random.nextLong(1000 * MILLI), random.nextInt(1 << 20), random.nextLong(CEILING), now);
            long bytes = limit.bytes();
            assertTrue(bytes >= PIECE && bytes <= CEILING, "seed " + seed + ": " + bytes);
        }
    }
}
