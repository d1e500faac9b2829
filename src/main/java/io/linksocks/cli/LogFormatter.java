package io.linksocks.cli;

import io.linksocks.json.Json;
import io.linksocks.util.LogName;
import io.linksocks.util.Reason;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** Makes one line of a log record, which names the tunnel where there are several. Foreign text cannot forge a line. */
final class LogFormatter extends Formatter {
    enum Format {
        /** {@code 2026-11-22 10:00:00.123 INFO  tunnel: message: exception}. */
        TEXT,
        /** An object with the thread and the logger as well. */
        JSON
    }

    private static final int LEVEL_WIDTH = 6;

    private final Format format;
    private final boolean withTraces;

    /** @param withTraces whether to show exceptions with their stack */
    LogFormatter(Format format, boolean withTraces) {
        this.format = format;
        this.withTraces = withTraces;
    }

    Format format() {
        return format;
    }

    /** On the thread that logs, whose name the record does not have. */
    @Override
    public String format(LogRecord record) {
        return (format == Format.TEXT ? text(record) : json(record)) + "\n";
    }

    private String text(LogRecord record) {
        StringBuilder line = new StringBuilder(160);
        appendTime(line, LocalDateTime.ofInstant(record.getInstant(), ZoneId.systemDefault()));
        String level = levelName(record.getLevel());
        line.append(level).repeat(' ', LEVEL_WIDTH - level.length());
        if (LogName.current() != null) {
            line.append(LogName.current()).append(": ");
        }
        line.append(OneLine.of(formatMessage(record)));
        Throwable thrown = record.getThrown();
        if (thrown != null) {
            line.append(": ").append(OneLine.of(Reason.of(thrown)));
            if (withTraces) {
                appendTrace(line, thrown);
            }
        }
        return line.toString();
    }

    private String json(LogRecord record) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("time", record.getInstant().truncatedTo(ChronoUnit.MILLIS).toString());
        line.put("level", levelName(record.getLevel()));
        line.put("logger", record.getLoggerName());
        line.put("thread", Thread.currentThread().getName());
        if (LogName.current() != null) {
            line.put("tunnel", LogName.current());
        }
        line.put("message", formatMessage(record));
        Throwable thrown = record.getThrown();
        if (thrown != null) {
            line.put("error", Reason.of(thrown));
            if (withTraces) {
                StringBuilder stack = new StringBuilder(thrown.toString());
                appendTrace(stack, thrown);
                line.put("stack", stack.toString());
            }
        }
        return Json.write(line);
    }

    /** By hand: a date pattern would cost more at start-up than the rest of the log. */
    private static void appendTime(StringBuilder line, LocalDateTime time) {
        appendPadded(line, time.getYear(), 1000).append('-');
        appendPadded(line, time.getMonthValue(), 10).append('-');
        appendPadded(line, time.getDayOfMonth(), 10).append(' ');
        appendPadded(line, time.getHour(), 10).append(':');
        appendPadded(line, time.getMinute(), 10).append(':');
        appendPadded(line, time.getSecond(), 10).append('.');
        appendPadded(line, time.getNano() / 1_000_000, 100).append(' ');
    }

    private static StringBuilder appendPadded(StringBuilder line, int value, int highestDigit) {
        for (int digit = highestDigit; digit > 1 && value < digit; digit /= 10) {
            line.append('0');
        }
        return line.append(value);
    }

    /** The names that most other programs use. */
    private static String levelName(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (value >= Level.WARNING.intValue()) {
            return "WARN";
        }
        if (value >= Level.CONFIG.intValue()) {
            return "INFO";
        }
        return value >= Level.FINE.intValue() ? "DEBUG" : "TRACE";
    }

    /** The stack of an exception and of its causes. */
    private static void appendTrace(StringBuilder line, Throwable thrown) {
        for (StackTraceElement frame : thrown.getStackTrace()) {
            line.append("\n    at ").append(frame);
        }
        if (thrown.getCause() != null) {
            line.append("\n  caused by ").append(OneLine.of(thrown.getCause().toString()));
            appendTrace(line, thrown.getCause());
        }
    }
}
