package io.linksocks.cli;

import io.linksocks.json.Json;
import io.linksocks.util.LogName;
import io.linksocks.util.Reason;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TimeZone;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** Formats a log record as one line, with the tunnel where there are several. Foreign text cannot forge a line. */
final class LogFormatter extends Formatter {
    enum Format {
        /** {@code 2026-11-22 10:00:00.123 INFO  tunnel: message: exception}. */
        TEXT,
        /** The same, with the levels that need attention in color. */
        COLOR,
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

    /** Must run on the thread that logs, because the record lacks its name. */
    @Override
    public String format(LogRecord record) {
        return (format == Format.JSON ? json(record) : text(record)) + "\n";
    }

    private String text(LogRecord record) {
        StringBuilder line = new StringBuilder(160);
        String level = levelName(record.getLevel());
        line.append(time(record.getInstant())).append(' ').append(format == Format.COLOR ? inColor(level) : level)
                .repeat(' ', LEVEL_WIDTH - level.length());
        if (LogName.current() != null) {
            line.append(LogName.current()).append(": ");
        }
        line.append(OneLine.of(message(record)));
        Throwable thrown = record.getThrown();
        if (thrown != null) {
            line.append(": ").append(OneLine.of(reason(thrown)));
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
        line.put("message", message(record));
        Throwable thrown = record.getThrown();
        if (thrown != null) {
            line.put("error", reason(thrown));
            if (withTraces) {
                StringBuilder stack = new StringBuilder(thrown.toString());
                appendTrace(stack, thrown);
                line.put("stack", stack.toString());
            }
        }
        return Json.write(line);
    }

    private String message(LogRecord record) {
        return FlagNames.in(formatMessage(record));
    }

    private static String reason(Throwable thrown) {
        return FlagNames.in(Reason.of(thrown));
    }

    /**
     * The local time in milliseconds. A date pattern would cost more at start-up than the rest of the log, and a ZoneId would
     * read the rules of time zones again; toString prints all nine digits of an odd number of nanoseconds.
     */
    private static String time(Instant instant) {
        int offset = TimeZone.getDefault().getOffset(instant.toEpochMilli());
        LocalDateTime time = LocalDateTime.ofInstant(instant.plusMillis(offset), ZoneOffset.UTC);
        return time.withNano(time.getNano() | 1).toString().substring(0, "2026-11-22T10:00:00.123".length()).replace('T', ' ');
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

    /** By select graphic rendition (ECMA-48, section 8.3.117). INFO, the most frequent one, needs no attention. */
    private static String inColor(String level) {
        String rendition = switch (level) {
            case "ERROR" -> "1;31";
            case "WARN" -> "33";
            case "INFO" -> "";
            default -> "2";
        };
        return rendition.isEmpty() ? level : "\u001b[" + rendition + "m" + level + "\u001b[m";
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
