package io.linksocks.cli;

import java.io.PrintStream;
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

    private final PrintStream stream;

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
        TREE.addHandler(new LogHandler(stream, form.formatter(verbosity > 1)));
    }

    @Override
    public void publish(LogRecord record) {
        if (isLoggable(record)) {
            // one call, so that lines of several threads do not mix
            stream.print(getFormatter().format(record));
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
