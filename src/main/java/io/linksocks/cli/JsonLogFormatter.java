package io.linksocks.cli;

import io.linksocks.json.Json;
import io.linksocks.util.LogName;
import io.linksocks.util.Reason;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/** One JSON object on a line of its own for each message. */
final class JsonLogFormatter extends Formatter {
    private final boolean withTraces;

    JsonLogFormatter(boolean withTraces) {
        this.withTraces = withTraces;
    }

    /** On the thread that logs, whose name the record does not have. */
    @Override
    public String format(LogRecord record) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("time", record.getInstant().truncatedTo(ChronoUnit.MILLIS).toString());
        line.put("level", LogFormatter.levelName(record.getLevel()));
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
                LogFormatter.appendTrace(stack, thrown);
                line.put("stack", stack.toString());
            }
        }
        return Json.write(line) + "\n";
    }
}
