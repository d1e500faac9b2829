package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UncaughtErrorsTest {
    private final Logger log = Logger.getLogger(UncaughtErrors.class.getName());
    private final List<Object> happened = new ArrayList<>();
    private OutOfMemoryError failure;
    private final Handler recorder = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            happened.add(entry);
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final UncaughtErrors errors = new UncaughtErrors(err, () -> happened.add("halt"));
    private final Thread thread = Thread.ofPlatform().name("Read-Poller").unstarted(() -> { });

    @BeforeEach
    void listen() {
        log.addHandler(recorder);
    }

    @AfterEach
    void listenNoMore() {
        log.removeHandler(recorder);
    }

    @Test
    void withoutMemoryTheProcessSaysWhyAndEnds() {
        errors.uncaughtException(thread, new OutOfMemoryError("Java heap space"));
        assertEquals(2, happened.size());
        LogRecord entry = (LogRecord) happened.getFirst();
        assertEquals(Level.SEVERE, entry.getLevel());
        assertTrue(entry.getMessage().contains("\"Read-Poller\""), entry.getMessage());
        assertTrue(entry.getMessage().contains("-Xmx"), entry.getMessage());
        assertEquals("halt", happened.getLast());
        assertEquals(0, err.size());
    }

    @Test
    void endsAlsoWhenThereIsNoRoomForTheLog() {
        failure = new OutOfMemoryError("no room for the message");
        errors.uncaughtException(thread, new OutOfMemoryError("Java heap space"));
        assertEquals("out of memory" + System.lineSeparator(), err.toString());
        assertEquals("halt", happened.getLast());
    }

    @Test
    void anyOtherErrorEndsNoMoreThanItsThread() {
        Exception error = new IllegalStateException("test");
        errors.uncaughtException(thread, error);
        assertEquals(1, happened.size());
        assertSame(error, ((LogRecord) happened.getFirst()).getThrown());
    }
}
