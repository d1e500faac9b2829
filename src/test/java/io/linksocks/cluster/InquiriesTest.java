package io.linksocks.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Questions for tokens that may not exist. */
class InquiriesTest {
    private long now;
    private final Inquiries inquiries = new Inquiries(() -> now);

    private long admitted(int count, String prefix) {
        return IntStream.range(0, count).filter(i -> inquiries.admit(prefix + i)).count();
    }

    @Test
    void theSameTokenIsAskedForOnceInAWhile() {
        assertTrue(inquiries.admit("a"));
        assertFalse(inquiries.admit("a"));
        now += Inquiries.MEMORY.toNanos();
        assertTrue(inquiries.admit("a"));
    }

    @Test
    void guessesGetABurstAndThenARate() {
        assertEquals(Inquiries.BURST, admitted(1000, "a"));
        now += Duration.ofSeconds(1).toNanos();
        assertEquals(Inquiries.PER_SECOND, admitted(1000, "b"));
        now += Duration.ofHours(1).toNanos();
        assertEquals(Inquiries.BURST, admitted(1000, "c"));
    }

    @Test
    void aRefusedQuestionIsNotRemembered() {
        admitted(Inquiries.BURST, "a");
        assertFalse(inquiries.admit("b"));
        now += Duration.ofSeconds(1).toNanos();
        assertTrue(inquiries.admit("b"));
    }
}
