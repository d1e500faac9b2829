package io.linksocks.cli;

import java.util.logging.Formatter;

/** How the log is written: for people, or for programs. */
enum LogForm {
    TEXT, JSON;

    /** @param withTraces whether exceptions are shown with their stack */
    Formatter formatter(boolean withTraces) {
        return this == TEXT ? new LogFormatter(withTraces) : new JsonLogFormatter(withTraces);
    }
}
