package io.linksocks.cli;

import io.linksocks.util.LogName;
import io.linksocks.util.Reason;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * {@code 2026-11-22 10:00:00.123 INFO  tunnel: message: exception}, escaped so that foreign text cannot forge a line. A
 * tunnel is named where there are several.
 */
final class LogFormatter extends Formatter {
    private static final int LEVEL_WIDTH = 6;

    private final boolean withTraces;

    LogFormatter(boolean withTraces) {
        this.withTraces = withTraces;
    }

    @Override
    public String format(LogRecord record) {
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
        return line.append('\n').toString();
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
    static String levelName(Level level) {
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
    static void appendTrace(StringBuilder line, Throwable thrown) {
        for (StackTraceElement frame : thrown.getStackTrace()) {
            line.append("\n    at ").append(frame);
        }
        if (thrown.getCause() != null) {
            line.append("\n  caused by ").append(OneLine.of(thrown.getCause().toString()));
            appendTrace(line, thrown.getCause());
        }
    }
}
