package io.linksocks.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GracePeriodTest {
    private static final Duration LENGTH = Duration.ofHours(1);

    private long now = Long.MAX_VALUE;
    private final GracePeriod grace = new GracePeriod(LENGTH, () -> now);

    @AfterEach
    void cancel() {
        grace.cancel();
    }

    @Test
    void isOverAfterItsLength() {
        grace.start(() -> { });
        now += LENGTH.toNanos() - 1;
        assertFalse(grace.isOver());
        now++;
        assertTrue(grace.isOver());
        assertEquals(LENGTH, grace.elapsed());
    }

    /** The thread that ends the session may get its lock after the session was resumed, and detached again. */
    @Test
    void theExpiryOfAnEarlierDetachmentDoesNotEndALaterOne() {
        grace.start(() -> { });
        now += LENGTH.toNanos();
        grace.reset();
        assertFalse(grace.isOver());
        grace.start(() -> { });
        assertFalse(grace.isOver());
    }
}
