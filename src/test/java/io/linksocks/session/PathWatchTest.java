package io.linksocks.session;

import static io.linksocks.session.SimulatedPath.MILLI;
import static io.linksocks.session.SimulatedPath.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathWatchTest {
    private static final int SMALL = 100;
    private static final int LARGE = 1 << 20;
    private static final long HOUR = 3600 * SECOND;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private SimulatedPath near() {
        return new SimulatedPath(random, SMALL, 10 * MILLI, 5 * MILLI, 0);
    }

    /** Lets one side speak at random times, for ever. */
    private void chatter(SimulatedPath path, Runnable speak, long longestPause) {
        path.in((long) (random.nextDouble() * longestPause), () -> {
            speak.run();
            chatter(path, speak, longestPause);
        });
    }

    // --- lost paths ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(longs = {50 * MILLI, SECOND, 60 * SECOND})
    void whatIsSentIntoABlackHoleArrivesWithinThreeSeconds(long longestPause) {
        SimulatedPath path = near();
        chatter(path, path::say, longestPause);
        swallowManyTimes(path, 5 * SECOND + longestPause);
        assertTrue(path.longest <= 3 * SECOND, () -> path.longest / MILLI + " ms, seed " + seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {20 * MILLI, 400 * MILLI})
    void whatTheServerSendsIntoABlackHoleArrivesWithinThreeSeconds(long longestPause) {
        SimulatedPath path = near();
        chatter(path, path::hear, longestPause);
        swallowManyTimes(path, 5 * SECOND + longestPause);
        assertTrue(path.longest <= 3 * SECOND, () -> path.longest / MILLI + " ms, seed " + seed);
    }

    private void swallowManyTimes(SimulatedPath path, long shortest) {
        for (int hole = 0; hole < 200; hole++) {
            path.run(shortest + (long) (random.nextDouble() * 30 * SECOND));
            path.swallow();
        }
        path.run(90 * SECOND);
        assertEquals(200, path.switches, "seed " + seed);
    }

    /** The server waits as well, so only a ping can tell; the later, the longer it has been quiet. */
    @Test
    void aLostPathIsNoticedWhileNobodySaysAnything() {
        SimulatedPath path = near();
        path.hear();
        path.run(3 * SECOND);
        path.swallow();
        path.run(8 * SECOND);
        assertEquals(1, path.switches);
    }

    @Test
    void aMachineWithoutItsAddressGoesOnWithinTwoSeconds() throws Exception {
        SimulatedPath path = near();
        chatter(path, path::say, 100 * MILLI);
        chatter(path, path::hear, 100 * MILLI);
        path.run(10 * SECOND);
        path.swallow();
        path.addresses.clear();
        path.addresses.add(InetAddress.getByName("192.0.2.1"));
        path.run(10 * SECOND);
        assertEquals(1, path.switches);
        assertTrue(path.longest <= 2 * SECOND, () -> path.longest / MILLI + " ms, seed " + seed);
    }

    @Test
    void manyAttemptsAreMadeWhileNothingCanBeReached() {
        SimulatedPath path = near();
        chatter(path, path::say, SECOND);
        path.run(10 * SECOND);
        path.swallow();
        path.unreachable = true;
        path.run(60 * SECOND);
        assertEquals(0, path.switches);
        assertEquals(1, path.alarms);
        path.unreachable = false;
        path.run(10 * SECOND);
        assertEquals(1, path.switches);
    }

    // --- paths that are only slow ----------------------------------------------------------------------------------------

    @Test
    void anHourOnALongPathWithJitterAndLossMakesNoSwitch() {
        SimulatedPath path = new SimulatedPath(random, SMALL, 300 * MILLI, 300 * MILLI, 0.005);
        chatter(path, path::say, 2 * SECOND);
        chatter(path, path::hear, 2 * SECOND);
        path.run(HOUR);
        assertEquals(0, path.switches, "seed " + seed);
    }

    @Test
    void aSlowUploadIsNoLostPath() {
        SimulatedPath path = new SimulatedPath(random, LARGE, 20 * MILLI, 0, 0);
        path.say();
        path.stall(8 * SECOND);
        path.run(60 * SECOND);
        assertEquals(0, path.alarms);
    }

    @Test
    void aFalseAlarmIsNotRepeated() {
        SimulatedPath path = near();
        path.unreachable = true;
        for (int round = 0; round < 10; round++) {
            path.say();
            path.stall(4 * SECOND);
            path.run(20 * SECOND);
        }
        assertEquals(1, path.alarms);
    }

    /** Whatever swallows each new connection is not hammered with others. */
    @Test
    void theLimitGrowsWhileNoLinkGivesAnAnswer() {
        SimulatedPath path = near();
        chatter(path, path::say, SECOND);
        path.swallowing = true;
        path.swallow();
        path.run(HOUR / 6);
        assertTrue(path.switches < HOUR / 6 / (10 * SECOND), () -> path.switches + " switches, seed " + seed);
    }

    @Test
    void aProcessThatWasSuspendedReadsFirst() {
        SimulatedPath path = near();
        path.say();
        path.suspend(60 * SECOND);
        path.run(60 * SECOND);
        assertEquals(0, path.alarms);
    }

    // --- cost -----------------------------------------------------------------------------------------------------------

    @Test
    void anIdleLinkCostsNothing() {
        SimulatedPath path = near();
        path.say();
        path.run(40 * SECOND);
        assertTrue(path.isAsleep());
        assertTrue(path.pings <= 7, () -> path.pings + " pings");
        path.channels = 0;
        int before = path.pings;
        path.say();
        path.run(SECOND);
        assertTrue(path.isAsleep());
        assertEquals(before, path.pings);
    }
}
