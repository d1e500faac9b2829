package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortOpenerTest {
    private final List<Long> pauses = new ArrayList<>();
    private final Deque<Runnable> jobs = new ArrayDeque<>();
    private boolean busy = true;
    private int attempts;
    private final PortOpener opener = new PortOpener(() -> "reverse token", this::attempt, (pause, job) -> {
        pauses.add(pause.toSeconds());
        jobs.add(job);
    });

    private void attempt() throws IOException {
        attempts++;
        if (busy) {
            throw new IOException("in use");
        }
    }

    @Test
    void aBusyPortIsTriedAtGrowingIntervalsUntilItIsFree() {
        opener.open();
        assertTrue(opener.hasFailed());
        for (int i = 0; i < 8; i++) {
            jobs.remove().run();
        }
        assertEquals(List.of(1L, 2L, 4L, 8L, 16L, 32L, 64L, 64L, 64L), pauses);
        busy = false;
        jobs.remove().run();
        assertFalse(opener.hasFailed());
        assertTrue(jobs.isEmpty());
    }

    @Test
    void aProviderThatComesMeanwhileTriesAtOnceAndAddsNoFurtherAttempts() {
        opener.open();
        opener.open();
        assertEquals(2, attempts);
        assertEquals(1, jobs.size());
    }

    @Test
    void theTokenEndsTheAttempts() {
        opener.open();
        opener.close();
        jobs.remove().run();
        assertEquals(1, attempts);
        assertTrue(jobs.isEmpty());
    }
}
