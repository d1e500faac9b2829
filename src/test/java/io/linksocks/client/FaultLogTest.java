package io.linksocks.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FaultLogTest {
    private static final URI A = URI.create("ws://a/");
    private static final URI B = URI.create("ws://b/");

    private long now = Long.MAX_VALUE - 1;
    private final FaultLog log = new FaultLog(() -> now);

    private void passMinutes(long minutes) {
        now += Duration.ofMinutes(minutes).toNanos();
    }

    @Test
    void theSameFaultIsLoggedAtGrowingIntervals() {
        assertEquals("refused", log.line(A, "refused"));
        assertNull(log.line(A, "refused"));
        passMinutes(1);
        assertEquals("refused (attempt 2 since the last such line)", log.line(A, "refused"));
        passMinutes(1);
        assertNull(log.line(A, "refused"));
        passMinutes(1);
        assertEquals("refused (attempt 2 since the last such line)", log.line(A, "refused"));
        for (int minutes : new int[] {4, 8, 16, 32, 60, 60}) {
            passMinutes(minutes - 1);
            assertNull(log.line(A, "refused"), minutes + " min");
            passMinutes(1);
            assertEquals("refused (attempt 2 since the last such line)", log.line(A, "refused"));
        }
    }

    @Test
    void whatChangesIsLoggedAtOnce() {
        log.line(A, "refused");
        assertEquals("unknown host", log.line(A, "unknown host"));
        assertEquals("refused", log.line(A, "refused"));
        assertEquals("refused", log.line(B, "refused"));
        assertNull(log.line(A, "refused"));
        log.clear(A);
        assertEquals("refused", log.line(A, "refused"));
        assertNull(log.line(B, "refused"));
    }
}
