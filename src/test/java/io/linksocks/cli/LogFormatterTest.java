package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.util.LogName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogFormatterTest {
    private static final System.Logger LOG = System.getLogger("io.linksocks.cli.test");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private static LogRecord record(Level level, String message) {
        LogRecord record = new LogRecord(level, message);
        record.setInstant(LocalDateTime.of(2026, 1, 2, 3, 4, 5, 6_999_999).atZone(ZoneId.systemDefault()).toInstant());
        return record;
    }

    private static String format(LogRecord record) {
        return new LogFormatter(LogFormatter.Format.TEXT, false).format(record);
    }

    private String logged(int verbosity) {
        LogHandler.install(stream, verbosity, LogFormatter.Format.TEXT);
        LOG.log(System.Logger.Level.WARNING, "w");
        LOG.log(System.Logger.Level.INFO, "i");
        LOG.log(System.Logger.Level.DEBUG, "d");
        LOG.log(System.Logger.Level.TRACE, "t");
        LogHandler.flushAll();
        StringBuilder messages = new StringBuilder();
        // A thread that another test has left behind may log as well.
        bytes.toString(StandardCharsets.UTF_8).lines().filter(line -> line.matches(".*[A-Z] +[a-z]"))
                .forEach(line -> messages.append(line.charAt(line.length() - 1)));
        return messages.toString();
    }

    @AfterEach
    void quieten() {
        LogHandler.install(stream, LogHandler.QUIET, LogFormatter.Format.TEXT);
    }

    @ParameterizedTest
    @CsvSource({"SEVERE, 'ERROR '", "WARNING, 'WARN  '", "INFO, 'INFO  '", "FINE, 'DEBUG '", "FINER, 'TRACE '",
        "FINEST, 'TRACE '"})
    void oneLine(String level, String name) {
        assertEquals("2026-01-02 03:04:05.006 " + name + "hello\n", format(record(Level.parse(level), "hello")));
    }

    @ParameterizedTest
    @CsvSource({"SEVERE, '[1;31mERROR[m '", "WARNING, '[33mWARN[m  '", "INFO, 'INFO  '", "FINE, '[2mDEBUG[m '",
        "FINER, '[2mTRACE[m '"})
    void inColorOnlyTheLevelsThatNeedAttentionAre(String level, String name) {
        String expected = "2026-01-02 03:04:05.006 " + name.replace("[", "\u001b[") + "hello\n";
        assertEquals(expected, new LogFormatter(LogFormatter.Format.COLOR, false).format(record(Level.parse(level), "hello")));
    }

    @Test
    void aTunnelIsNamedWhereThereAreSeveral() {
        LogName.set("clients.home");
        try {
            assertEquals("2026-01-02 03:04:05.006 INFO  clients.home: hello\n", format(record(Level.INFO, "hello")));
        } finally {
            LogName.set(null);
        }
    }

    @Test
    void parametersAreFilledIn() {
        LogRecord record = record(Level.INFO, "{0} of {1}");
        record.setParameters(new Object[] {"one", "two"});
        assertTrue(format(record).endsWith(" INFO  one of two\n"));
    }

    @Test
    void anExceptionIsOneMoreClause() {
        LogRecord record = record(Level.WARNING, "lost");
        record.setThrown(new IOException("reset\nby peer"));
        assertTrue(format(record).endsWith(" WARN  lost: reset\\nby peer\n"));
        record.setThrown(new NullPointerException());
        assertTrue(format(record).endsWith(" WARN  lost: NullPointerException\n"));
    }

    @Test
    void tracesShowTheCause() {
        LogRecord record = record(Level.WARNING, "lost");
        record.setThrown(new IOException("outer", new IllegalStateException("in\rner")));
        String text = new LogFormatter(LogFormatter.Format.TEXT, true).format(record);
        assertTrue(text.contains("lost: outer\n    at io.linksocks.cli.LogFormatterTest."), text);
        assertTrue(text.contains("\n  caused by java.lang.IllegalStateException: in\\rner\n    at "), text);
    }

    @Test
    void nobodyForgesALineOrMovesTheCursor() {
        assertTrue(format(record(Level.INFO, "a\nb\r\tc\u001b[2J\u0085\u2028\u202e\u007f\u00e4\u4e2d"))
                .endsWith(" INFO  a\\nb\\r\\tc\\u001b[2J\\u0085\\u2028\\u202e\\u007f\u00e4\u4e2d\n"));
    }

    @ParameterizedTest
    @CsvSource({"-1, w", "0, wi", "1, wid", "2, widt", "9, widt"})
    void verbosity(int verbosity, String messages) {
        assertEquals(messages, logged(verbosity));
    }
}
