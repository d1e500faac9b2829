package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FailureLimiterTest {
    /** Near the end of the scale, which a nanosecond clock may pass. */
    private long now = Long.MAX_VALUE - Duration.ofSeconds(30).toNanos();
    private final FailureLimiter limiter = new FailureLimiter(() -> now);

    private static InetAddress address(String text) throws UnknownHostException {
        return InetAddress.getByName(text);
    }

    private void fail(String address, int times) throws UnknownHostException {
        for (int i = 0; i < times; i++) {
            limiter.onFailure(address(address));
        }
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void tenFailuresBlockForTheRestOfTheMinute() throws UnknownHostException {
        fail("192.0.2.1", 9);
        assertEquals(0, limiter.secondsToWait(address("192.0.2.1")));
        pass(Duration.ofSeconds(59));
        fail("192.0.2.1", 1);
        assertEquals(2, limiter.secondsToWait(address("192.0.2.1")));
        assertEquals(0, limiter.secondsToWait(address("192.0.2.2")));
        pass(Duration.ofSeconds(1));
        assertEquals(0, limiter.secondsToWait(address("192.0.2.1")));
        fail("192.0.2.1", 9);
        assertEquals(60, limiter.secondsToWait(address("192.0.2.1")));
    }

    @Test
    void loopbackIsNoExceptionAndAMappedAddressIsItself() throws UnknownHostException {
        fail("127.0.0.1", 5);
        fail("::ffff:127.0.0.1", 5);
        assertEquals(61, limiter.secondsToWait(address("127.0.0.1")));
    }

    @Test
    void anIpv6SubscriberIsOne() throws UnknownHostException {
        for (int i = 0; i < FailureLimiter.FAILURES; i++) {
            fail("2001:db8:1:2:" + i + "::" + i, 1);
        }
        assertEquals(61, limiter.secondsToWait(address("2001:db8:1:2:ffff::1")));
        assertEquals(0, limiter.secondsToWait(address("2001:db8:1:3::1")));
    }

    @Test
    void theTableIsBoundedAndForgetsTheOldest() throws UnknownHostException {
        fail("192.0.2.1", 10);
        fail("192.0.2.2", 10);
        for (int i = 0; i < FailureLimiter.MAX_SOURCES - 2; i++) {
            fail("10." + (i >> 16) + "." + (i >> 8 & 0xFF) + "." + (i & 0xFF), 1);
        }
        fail("192.0.2.2", 1);
        fail("192.0.2.3", 1);
        assertEquals(0, limiter.secondsToWait(address("192.0.2.1")));
        assertEquals(61, limiter.secondsToWait(address("192.0.2.2")));
    }

    @Test
    void agreesWithAPlainList() throws UnknownHostException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Deque<Long> failures = new ArrayDeque<>();
        for (int i = 0; i < 20_000; i++) {
            pass(Duration.ofMillis(random.nextInt(10_000)));
            failures.removeIf(time -> now - time >= FailureLimiter.WINDOW.toNanos());
            boolean blocked = failures.size() >= FailureLimiter.FAILURES;
            assertEquals(blocked, limiter.secondsToWait(address("192.0.2.1")) > 0, "step " + i + ", seed " + seed);
            if (random.nextInt(4) > 0) {
                fail("192.0.2.1", 1);
                failures.add(now);
            }
        }
    }
}
