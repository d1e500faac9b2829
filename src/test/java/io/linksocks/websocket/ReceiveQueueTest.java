package io.linksocks.websocket;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.Slice;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class ReceiveQueueTest {
    private static final Slice LARGE = Slice.of(new byte[2 << 20]);
    private static final Slice SMALL = Slice.of(new byte[1]);

    private final ReceiveQueue queue = new ReceiveQueue();

    @Test
    void asksForMoreUntilItIsFull() throws IOException {
        assertTrue(queue.add(LARGE), "one message never fills it");
        assertFalse(queue.add(SMALL));
        assertSame(LARGE, queue.take());
        assertTrue(queue.resume());
        assertFalse(queue.resume(), "only once");
        assertSame(SMALL, queue.take());
        for (int i = 0; i < 10_000; i++) {
            assertTrue(queue.add(SMALL), "small messages do not fill it");
        }
    }

    /** A message in parts that declares much and brings little. */
    @Test
    void countsWhatMessagesHoldAndNotWhatTheySay() throws IOException {
        Slice hollow = new Slice(new byte[1 << 20], 0, 30);
        assertTrue(queue.add(hollow));
        assertFalse(queue.add(hollow));
        queue.take();
        queue.take();
        assertTrue(queue.resume());
        for (int i = 0; i < 10; i++) {
            assertTrue(queue.add(SMALL), "what was taken counts no longer");
        }
    }

    @Test
    void staysPausedWhileItIsFull() throws IOException {
        queue.add(LARGE);
        queue.add(LARGE);
        assertFalse(queue.resume());
        queue.take();
        assertTrue(queue.resume());
    }

    @Test
    void theEndComesAfterTheMessages() throws IOException {
        queue.add(SMALL);
        queue.end(null);
        queue.end(new IOException("too late"));
        assertSame(SMALL, queue.take());
        assertNull(queue.take());
        assertNull(queue.take());
    }

    @Test
    void aFailureIsReportedAsItIs() {
        WebSocketException failure = new WebSocketException(CloseCode.TOO_BIG, "big");
        queue.end(failure);
        assertSame(failure, assertThrows(IOException.class, queue::take));
    }

    @Test
    void theEndWakesWhoeverWaits() throws Exception {
        try (ExecutorService threads = Threads.perTask("receiver")) {
            Future<Slice> taken = threads.submit(queue::take);
            queue.end(null);
            assertNull(taken.get());
        }
        assertTrue(queue.awaitEnd(Duration.ofHours(1)));
    }

    @Test
    void discardingMakesRoom() {
        queue.add(LARGE);
        queue.add(LARGE);
        queue.discard();
        assertTrue(queue.resume());
        assertTrue(queue.add(LARGE));
        assertTrue(queue.add(LARGE));
    }
}
