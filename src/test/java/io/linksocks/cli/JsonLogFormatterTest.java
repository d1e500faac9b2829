package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.json.Json;
import io.linksocks.json.JsonException;
import io.linksocks.util.LogName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonLogFormatterTest {
    private static final System.Logger LOG = System.getLogger("io.linksocks.cli.test");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private static LogRecord record(Level level, String message) {
        LogRecord record = new LogRecord(level, message);
        record.setLoggerName("io.linksocks.a.B");
        record.setInstant(Instant.parse("2026-01-02T03:04:05.006999999Z"));
        return record;
    }

    private static Map<?, ?> read(LogRecord record, boolean withTraces) throws JsonException {
        String line = new LogFormatter(LogFormatter.Format.JSON, withTraces).format(record);
        assertTrue(line.endsWith("\n") && line.indexOf('\n') == line.length() - 1, line);
        return (Map<?, ?>) Json.parse(line);
    }

    @AfterEach
    void quieten() {
        LogHandler.install(stream, LogHandler.QUIET, LogFormatter.Format.TEXT);
    }

    @ParameterizedTest
    @CsvSource({"SEVERE, ERROR", "WARNING, WARN", "INFO, INFO", "FINE, DEBUG", "FINER, TRACE"})
    void oneObject(String level, String name) throws JsonException {
        LogRecord record = record(Level.parse(level), "{0} of {1}");
        record.setParameters(new Object[] {"one", "two"});
        assertEquals(Map.of("time", "2026-01-02T03:04:05.006Z", "level", name, "logger", "io.linksocks.a.B", "thread",
                Thread.currentThread().getName(), "message", "one of two"), read(record, false));
    }

    @Test
    void anExceptionIsAMemberAndItsStackIsToldOnlyInDetail() throws JsonException {
        LogRecord record = record(Level.WARNING, "lost");
        record.setThrown(new IOException("reset\nby peer", new IllegalStateException("why")));
        Map<?, ?> brief = read(record, false);
        assertEquals("reset\nby peer", brief.get("error"));
        assertFalse(brief.containsKey("stack"));
        String stack = (String) read(record, true).get("stack");
        assertTrue(stack.contains("\n    at io.linksocks.cli.JsonLogFormatterTest.") && stack.contains("caused by "
                + "java.lang.IllegalStateException: why"), stack);
    }

    @Test
    void nobodyForgesALineOrMovesTheCursor() throws JsonException {
        String hostile = "a\nb\r\tc\0\u001b[2J\u007f\u0085\u009b\u2028\u2029\u202e\"\\\u00e4\u4e2d";
        String line = new LogFormatter(LogFormatter.Format.JSON, false).format(record(Level.INFO, hostile));
        assertEquals(1, line.lines().count());
        assertTrue(line.strip().chars().allMatch(c -> c >= ' ' && c < 0x7F || c == 0xE4 || c == 0x4E2D), line);
        assertEquals(hostile, ((Map<?, ?>) Json.parse(line)).get("message"));
    }

    @Test
    void aTunnelIsNamedWhereThereAreSeveral() throws JsonException {
        LogName.set("clients.home");
        try {
            assertEquals("clients.home", read(record(Level.INFO, "hello"), false).get("tunnel"));
        } finally {
            LogName.set(null);
        }
    }

    @Test
    void theLogIsWrittenSo() throws JsonException {
        LogHandler.install(stream, 0, LogFormatter.Format.JSON);
        LOG.log(System.Logger.Level.INFO, "first");
        LOG.log(System.Logger.Level.DEBUG, "not this");
        LOG.log(System.Logger.Level.WARNING, "second");
        LogHandler.flushAll();
        // A thread that another test has left behind may log as well.
        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines()
                .filter(line -> line.contains("io.linksocks.cli.test")).toList();
        assertEquals(2, lines.size());
        assertEquals("first", ((Map<?, ?>) Json.parse(lines.get(0))).get("message"));
        assertEquals("io.linksocks.cli.test", ((Map<?, ?>) Json.parse(lines.get(1))).get("logger"));
    }
}
