package io.linksocks.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final URI SERVER = URI.create("ws://server.example/socket");

    private long now;
    /** Always in the middle: no jitter. */
    private final Pace pace = new Pace(new Backoff(Duration.ofSeconds(5), () -> 1L << 63), () -> now);

    private long pauseAfter(Duration connection, boolean progress) {
        pace.onBegin();
        if (progress) {
            pace.onProgress();
        }
        now += connection.toNanos();
        pace.onEnd();
        return pace.next(SERVER).toMillis();
    }

    @Test
    void aConnectionThatWorkedIsReplacedAtOnce() {
        pauseAfter(Duration.ofMillis(1), false);
        assertEquals(0, pauseAfter(Duration.ofMillis(201), false));
    }

    /** A server that resumes each session, sends a message and hangs up would otherwise be asked without any pause. */
    @Test
    void connectionsThatBreakAtOnceHavePausesBetweenThemEvenIfTheyCarrySomething() {
        for (int i = 0; i < 20; i++) {
            assertTrue(pauseAfter(Duration.ofMillis(1), true) >= 100);
        }
        assertEquals(1000, pauseAfter(Duration.ofMillis(1), true));
    }
}
