package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.linksocks.protocol.TokenHash;
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

    private int guesses;

    private void fail(String address, int times) throws UnknownHostException {
        for (int i = 0; i < times; i++) {
            limiter.onFailure(address(address), secret(guesses++));
        }
    }

    private static String secret(int number) {
        return TokenHash.of("secret " + number);
    }

    /** For a secret that was not tried before. */
    private long secondsToWait(String address) throws UnknownHostException {
        return limiter.secondsToWait(address(address), secret(-1));
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void tenFailuresWithinAMinuteCostAPauseAfterEachFurtherOne() throws UnknownHostException {
        fail("192.0.2.1", 9);
        assertEquals(0, secondsToWait("192.0.2.1"));
        pass(Duration.ofSeconds(50));
        fail("192.0.2.1", 1);
        assertEquals(4, secondsToWait("192.0.2.1"));
        assertEquals(0, secondsToWait("192.0.2.2"));
        pass(Duration.ofSeconds(1));
        assertEquals(3, secondsToWait("192.0.2.1"));
        pass(Duration.ofSeconds(2));
        assertEquals(0, secondsToWait("192.0.2.1"));
        fail("192.0.2.1", 1);
        assertEquals(4, secondsToWait("192.0.2.1"));
        pass(Duration.ofSeconds(60));
        fail("192.0.2.1", 9);
        assertEquals(0, secondsToWait("192.0.2.1"));
    }

    @Test
    void theSameWrongSecretAgainIsNoGuess() throws UnknownHostException {
        for (int i = 0; i < 100; i++) {
            limiter.onFailure(address("192.0.2.1"), secret(1));
        }
        assertEquals(0, secondsToWait("192.0.2.1"));
    }

    @Test
    void staleClientsBehindOneAddressNeitherWaitNorMakeOthersWait() throws UnknownHostException {
        fail("192.0.2.1", 12);
        pass(FailureLimiter.PAUSE);
        for (int client = 0; client < 12; client++) {
            assertEquals(0, limiter.secondsToWait(address("192.0.2.1"), secret(client)));
            limiter.onFailure(address("192.0.2.1"), secret(client));
        }
        assertEquals(0, secondsToWait("192.0.2.1"));
    }

    @Test
    void aBoundedNumberOfWrongSecretsIsRemembered() throws UnknownHostException {
        fail("192.0.2.1", 10_000);
        int oldest = guesses - FailureLimiter.MAX_SECRETS;
        assertEquals(0, limiter.secondsToWait(address("192.0.2.1"), secret(oldest)));
        assertEquals(4, limiter.secondsToWait(address("192.0.2.1"), secret(oldest - 1)));
    }

    @Test
    void loopbackIsNoExceptionAndAMappedAddressIsItself() throws UnknownHostException {
        fail("127.0.0.1", 5);
        fail("::ffff:127.0.0.1", 5);
        assertEquals(4, secondsToWait("127.0.0.1"));
    }

    @Test
    void anIpv6SubscriberIsOne() throws UnknownHostException {
        for (int i = 0; i < FailureLimiter.FAILURES; i++) {
            fail("2001:db8:1:2:" + i + "::" + i, 1);
        }
        assertEquals(4, secondsToWait("2001:db8:1:2:ffff::1"));
        assertEquals(0, secondsToWait("2001:db8:1:3::1"));
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
        assertEquals(0, secondsToWait("192.0.2.1"));
        assertEquals(4, secondsToWait("192.0.2.2"));
    }

    @Test
    void agreesWithAPlainList() throws UnknownHostException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Deque<Long> failures = new ArrayDeque<>();
        for (int i = 0; i < 20_000; i++) {
            pass(Duration.ofMillis(random.nextInt(10_000)));
            failures.removeIf(time -> now - time >= FailureLimiter.WINDOW.toNanos());
            boolean blocked = failures.size() >= FailureLimiter.FAILURES
                    && now - failures.getLast() < FailureLimiter.PAUSE.toNanos();
            assertEquals(blocked, secondsToWait("192.0.2.1") > 0, "step " + i + ", seed " + seed);
            if (random.nextInt(4) > 0) {
                fail("192.0.2.1", 1);
                failures.add(now);
            }
        }
    }
}
