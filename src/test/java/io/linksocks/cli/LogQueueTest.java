package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A log that nobody reads. */
@Timeout(240)
class LogQueueTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String LINE = "x".repeat(1000) + "\n";

    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private final CountDownLatch reading = new CountDownLatch(1);
    private final CountDownLatch stuck = new CountDownLatch(1);
    private final PrintStream stream = new PrintStream(new OutputStream() {
        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            stuck.countDown();
            try {
                reading.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            read.write(bytes, offset, length);
        }
    }, true, StandardCharsets.UTF_8);
    private final LogQueue queue = new LogQueue(stream, count -> count + " dropped\n");

    @AfterEach
    void end() {
        reading.countDown();
        queue.end();
    }

    private List<String> lines() {
        assertTrue(queue.flush(LONG));
        return read.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void nobodyWaitsForAStreamThatTakesNothingAndLinesAboveTheLimitAreCounted() throws InterruptedException {
        queue.add("first\n", false);
        stuck.await();
        int count = 2 * LogQueue.LIMIT / LINE.length();
        for (int i = 0; i < count; i++) {
            queue.add(LINE, false);
        }
        reading.countDown();
        List<String> lines = lines();
        assertEquals("first", lines.getFirst());
        int kept = LogQueue.LIMIT / LINE.length();
        assertEquals(kept + 2, lines.size());
        assertEquals(count - kept + " dropped", lines.getLast());
        queue.add("next\n", false);
        assertEquals("next", lines().getLast());
    }

    @Test
    void aFlushGivesUpOnAStreamThatTakesNothing() {
        queue.add("never read\n", false);
        assertFalse(queue.flush(Duration.ofMillis(1)));
        queue.showStatus(() -> "status");
        assertFalse(queue.flush(Duration.ofMillis(1)));
    }

    @Test
    void whatWaitsAtTheEndIsWritten() throws InterruptedException {
        queue.add("one\n", false);
        stuck.await();
        queue.add("two\n", false);
        queue.end();
        reading.countDown();
        assertEquals(List.of("one", "two"), lines());
    }

    @Test
    void aLoggerWhoseStreamIsStuckGoesOn() throws InterruptedException {
        LogHandler.install(stream, 0, LogFormatter.Format.TEXT);
        LogHandler.current().publish(new LogRecord(Level.INFO, "first"));
        stuck.await();
        for (int i = 0; i < 2 * LogQueue.LIMIT / 100; i++) {
            LogHandler.current().publish(new LogRecord(Level.INFO, "one of many lines ".repeat(10)));
        }
        reading.countDown();
        LogHandler.flushAll();
        String text = read.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains(" log lines were dropped because standard error was not read\n"),
                () -> text.substring(text.length() - 300));
    }
}
