package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RefusalPaceTest {
    private static final long INTERVAL = RefusalPace.INTERVAL.toNanos();

    private long now = Long.MAX_VALUE;
    private final RefusalPace pace = new RefusalPace(() -> now);

    @Test
    void oneRefusalIsSentInEachInterval() {
        assertEquals(OptionalLong.of(INTERVAL), pace.next());
        assertEquals(OptionalLong.of(2 * INTERVAL), pace.next());
        now += 10 * INTERVAL;
        assertEquals(OptionalLong.of(INTERVAL), pace.next());
    }

    @Test
    void whenTooManyWaitAFurtherOneGetsNoAnswer() {
        for (int i = 1; i <= RefusalPace.MAX_WAITING; i++) {
            assertEquals(OptionalLong.of(i * INTERVAL), pace.next());
        }
        assertEquals(OptionalLong.empty(), pace.next());
        now += INTERVAL;
        assertEquals(OptionalLong.of(RefusalPace.MAX_WAITING * INTERVAL), pace.next());
    }
}
