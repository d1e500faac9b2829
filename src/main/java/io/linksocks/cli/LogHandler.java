package io.linksocks.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Sends the log of this program to one stream. A logger never waits for the stream. */
final class LogHandler extends Handler {
    /** A strong reference: the log manager holds loggers weakly, and their settings would be lost with them. */
    private static final Logger TREE = Logger.getLogger("io.linksocks");

    static final int QUIET = -1;

    private static volatile LogHandler current;

    /** Without wrapping, a terminal puts all that is too long for its width into the last column (DEC private mode 7). */
    private static final String NO_WRAP = "\u001b[?7l";
    /** From the cursor to the end of the line, so that the last column shows none of it (ECMA-48, section 8.3.41). */
    private static final String ERASE_REST = "\u001b[K";
    private static final String WRAP = "\u001b[?7h";
    /** Enough for any stream that is read, and well below the two seconds within which a process ends. */
    private static final Duration FLUSH_LIMIT = Duration.ofMillis(500);

    private final LogFormatter formatter;
    private final LogQueue queue;

    private LogHandler(PrintStream stream, LogFormatter formatter) {
        this.formatter = formatter;
        this.queue = new LogQueue(stream, LogHandler.this::dropped);
    }

    private String dropped(long count) {
        LogRecord record = new LogRecord(Level.WARNING, count + " log lines were dropped because standard error was not read");
        record.setLoggerName(LogHandler.class.getName());
        return formatter.format(record);
    }

    /**
     * Sends the log to this stream, and nowhere else.
     *
     * @param verbosity {@link #QUIET} for warnings, 0 for information too, 1 for debugging, 2 or more for everything
     *                  and stack traces
     */
    static void install(PrintStream stream, int verbosity, LogFormatter.Format format) {
        for (Handler handler : TREE.getHandlers()) {
            TREE.removeHandler(handler);
        }
        LogHandler earlier = current;
        if (earlier != null) {
            earlier.flush();
            earlier.queue.end();
        }
        TREE.setUseParentHandlers(false);
        TREE.setLevel(switch (verbosity) {
            case QUIET -> Level.WARNING;
            case 0 -> Level.INFO;
            case 1 -> Level.FINE;
            default -> Level.ALL;
        });
        current = new LogHandler(stream, new LogFormatter(format, verbosity > 1));
        TREE.addHandler(current);
    }

    /** Whether its lines are for people rather than programs. */
    boolean isForPeople() {
        return formatter.format() != LogFormatter.Format.JSON;
    }

    /** The one that was installed last. */
    static LogHandler current() {
        return current;
    }

    @Override
    public void publish(LogRecord record) {
        if (isLoggable(record)) {
            boolean isNews = record.getLevel().intValue() >= Level.INFO.intValue();
            queue.add(formatter.format(record), isNews);
        }
    }

    /**
     * Shows a line below the log. Only for a terminal.
     *
     * @param text asked for on the thread that writes, now, by {@link #refreshStatus}, and when what is logged may have
     *     changed it; in ASCII, without a newline
     */
    void showStatus(Supplier<String> text) {
        // The cursor returns to the start of the line, so the line can be erased even after a resize has wrapped it.
        queue.showStatus(() -> NO_WRAP + text.get() + ERASE_REST + WRAP + "\r");
    }

    void refreshStatus() {
        queue.refreshStatus();
    }

    void hideStatus() {
        queue.showStatus(() -> "");
    }

    /** Prints what is not part of the log; behind the log when both go to this stream. */
    static void print(PrintStream stream, String text) {
        LogHandler log = current;
        if (log == null || log.queue.stream() != stream) {
            stream.print(text);
        } else {
            log.queue.add(text, false);
        }
    }

    /** Waits until the log is written, for a bounded time: the reader of standard error may be gone. */
    static void flushAll() {
        LogHandler log = current;
        if (log != null) {
            log.flush();
        }
    }

    @Override
    public void flush() {
        queue.flush(FLUSH_LIMIT);
    }

    /** The stream belongs to the process. */
    @Override
    public void close() {
        flush();
    }
}
