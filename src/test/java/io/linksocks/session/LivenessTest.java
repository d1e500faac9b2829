package io.linksocks.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LivenessTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** So that it overflows in the middle of the test. */
    private long now = Long.MAX_VALUE - 5 * SECOND;
    private long heard = now;
    private final Liveness liveness = new Liveness(() -> now);
    private final MemoryLink link = link();

    private MemoryLink link() {
        MemoryLink made = MemoryLink.pair("test", 1).client();
        made.lastHeard(() -> heard);
        return made;
    }

    @Test
    void asksOnlyWhoWasSilent() {
        liveness.ask(link);
        assertEquals(0, link.pings());
        now += 2 * SECOND;
        liveness.ask(link);
        liveness.ask(link);
        assertEquals(1, link.pings());
    }

    @Test
    void silenceCountsOnlyAfterAQuestion() {
        now += 60 * SECOND;
        assertTrue(liveness.isResponsive(link));
        liveness.ask(link);
        assertTrue(liveness.isResponsive(link));
        now += 3 * SECOND;
        assertFalse(liveness.isResponsive(link));
    }

    @Test
    void anySignOfLifeIsAnAnswer() {
        now += 2 * SECOND;
        liveness.ask(link);
        now += SECOND;
        heard = now;
        now += 60 * SECOND;
        assertTrue(liveness.isResponsive(link));
        liveness.ask(link);
        assertEquals(2, link.pings());
    }

    @Test
    void theNextLinkStartsAfresh() {
        now += 2 * SECOND;
        liveness.ask(link);
        now += 60 * SECOND;
        MemoryLink next = link();
        assertTrue(liveness.isResponsive(next));
        liveness.ask(next);
        assertEquals(1, next.pings());
    }
}
