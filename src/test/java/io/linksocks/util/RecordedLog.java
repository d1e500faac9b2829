package io.linksocks.util;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Records what a class or a package logs, unless told otherwise without what is for debugging. */
public final class RecordedLog implements AutoCloseable {
    private final List<LogRecord> entries = new CopyOnWriteArrayList<>();
    private final Logger logger;
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            if (isLoggable(entry)) {
                entries.add(entry);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /** @param name of a class or a package */
    public RecordedLog(String name) {
        this(name, Level.INFO);
    }

    /** @param lowest the lowest level that is recorded */
    public RecordedLog(String name, Level lowest) {
        handler.setLevel(lowest);
        logger = Logger.getLogger(name);
        logger.addHandler(handler);
    }

    public List<String> messages() {
        return entries.stream().map(LogRecord::getMessage).toList();
    }

    public List<String> messages(Level level) {
        return entries.stream().filter(entry -> entry.getLevel().equals(level)).map(LogRecord::getMessage).toList();
    }

    /** The simple names of the classes that have logged, one for each message. */
    public List<String> classes() {
        return entries.stream().map(LogRecord::getLoggerName).map(name -> name.substring(name.lastIndexOf('.') + 1)).toList();
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
    }
}
