package io.linksocks.cli;

import java.io.PrintStream;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Where the log of the command line goes: one stream, one line per message, for the loggers of this program only. */
final class LogHandler extends Handler {
    /** Held here because the log manager alone would let an unused logger go, and its settings with it. */
    private static final Logger TREE = Logger.getLogger("io.linksocks");

    static final int QUIET = -1;

    private static volatile LogHandler current;

    /** Lines don't wrap: a terminal cuts off what has no room, however narrow it is or becomes (DEC private mode 7). */
    private static final String NO_WRAP = "\u001b[?7l";
    private static final String WRAP = "\u001b[?7h";
    /** From the cursor to the end of the screen (ECMA-48, section 8.3.39). */
    private static final String ERASE_BELOW = "\r\u001b[J";

    private final PrintStream stream;
    /** Held while something is written, so that lines of several threads do not mix; guards the next. */
    private final ReentrantLock writing = new ReentrantLock();
    private String status = "";

    private LogHandler(PrintStream stream, Formatter formatter) {
        this.stream = stream;
        setFormatter(formatter);
    }

    /**
     * Sends the log to this stream, and nowhere else.
     *
     * @param verbosity {@link #QUIET} for warnings, 0 for information too, 1 for debugging, 2 or more for everything
     *                  and stack traces
     */
    static void install(PrintStream stream, int verbosity, LogForm form) {
        for (Handler handler : TREE.getHandlers()) {
            TREE.removeHandler(handler);
        }
        TREE.setUseParentHandlers(false);
        TREE.setLevel(switch (verbosity) {
            case QUIET -> Level.WARNING;
            case 0 -> Level.INFO;
            case 1 -> Level.FINE;
            default -> Level.ALL;
        });
        current = new LogHandler(stream, form.formatter(verbosity > 1));
        TREE.addHandler(current);
    }

    /** Whether its lines are to be read by people rather than by programs. */
    boolean isForPeople() {
        return getFormatter() instanceof LogFormatter;
    }

    /** The one that was installed last. */
    static LogHandler current() {
        return current;
    }

    @Override
    public void publish(LogRecord record) {
        if (!isLoggable(record)) {
            return;
        }
        String line = getFormatter().format(record);
        writing.lock();
        try {
            stream.print(status.isEmpty() ? line : ERASE_BELOW + line + status);
        } finally {
            writing.unlock();
        }
    }

    /** Shows a line below the log, in place of the last one; an empty one is none. Only for a terminal. */
    void showStatus(String text) {
        // The cursor waits where the line begins, so that all of it is erased even if the terminal has wrapped it meanwhile.
        String next = text.isEmpty() ? "" : NO_WRAP + text + WRAP + "\r";
        writing.lock();
        try {
            if (!next.equals(status)) {
                stream.print((status.isEmpty() ? "" : ERASE_BELOW) + next);
                status = next;
            }
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void flush() {
        stream.flush();
    }

    /** The stream belongs to the process. */
    @Override
    public void close() {
        flush();
    }
}
