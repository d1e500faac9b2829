package io.linksocks.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** A link with a bottleneck, whose sender always has more to send; a sample comes for each message. */
    private final class BusyLink {
        private record Sent(long at, long length, long acknowledgedAt) {}

        private final long roundTrip;
        private final double bytesPerNano;
        private final ArrayDeque<Sent> inFlight = new ArrayDeque<>();
        private long bytes;
        private long freeAt = now;

        BusyLink(int megabits, long roundTrip) {
            this.bytesPerNano = megabits / 8000.0;
            this.roundTrip = roundTrip;
            limit.onAcknowledged(roundTrip, 100, 100, now);
        }

        /** Returns how many bytes arrived in this time. */
        long run(long seconds) {
            long end = now + TimeUnit.SECONDS.toNanos(seconds);
            long arrived = 0;
            while (now < end) {
                while (bytes < limit.bytes()) {
                    send();
                }
                Sent oldest = inFlight.remove();
                now = oldest.acknowledgedAt();
                limit.onAcknowledged(now - oldest.at(), oldest.length(), bytes, now);
                bytes -= oldest.length();
                arrived += oldest.length();
            }
            return arrived;
        }

        private void send() {
            freeAt = Math.max(freeAt, now) + (long) (PIECE / bytesPerNano);
            inFlight.add(new Sent(now, PIECE, freeAt + roundTrip));
            bytes += PIECE;
        }

        long capacity(long seconds) {
            return (long) (TimeUnit.SECONDS.toNanos(seconds) * bytesPerNano);
        }

        /** How long a message would wait behind what has been sent. */
        long queue() {
            return Math.max(0, freeAt - now);
        }
    }

    /** Also slow ones, on which a message takes longer to be sent than a queue may: 10 to 105 ms. */
    @ParameterizedTest
    @CsvSource({"20, 100", "10, 200", "5, 40", "50, 100", "30, 40", "100, 20", "400, 30", "400, 100", "1000, 4"})
    void linksAreFilled(int megabits, int roundTripMillis) {
        BusyLink link = new BusyLink(megabits, roundTripMillis * MILLI);
        link.run(2);
        long arrived = link.run(8);
        assertTrue(arrived > link.capacity(8) * 0.97, () -> arrived + " of " + link.capacity(8));
    }

    /** The queue of a long transfer must not be taken for a part of the route, again and again. */
    @ParameterizedTest
    @CsvSource({"100, 20, 40", "400, 100, 70", "20, 100, 110", "10, 200, 220"})
    void theQueueOfALongTransferStaysShort(int megabits, int roundTripMillis, int mostMillis) {
        BusyLink link = new BusyLink(megabits, roundTripMillis * MILLI);
        link.run(10);
        long sum = 0;
        for (int seconds = 10; seconds < 300; seconds++) {
            link.run(1);
            sum += link.queue();
        }
        long mean = sum / 290 / MILLI;
        assertTrue(mean < mostMillis, () -> mean + " ms");
    }
}
