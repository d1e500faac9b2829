package io.linksocks.cli;

import java.util.logging.Formatter;

/** How the log is written: for people, or for programs. */
enum LogForm {
    TEXT, JSON;

    /** The one that these options ask for. */
    static LogForm of(OptionValues values) {
        return "json".equals(values.text(CommonOptions.LOG_FORMAT)) ? JSON : TEXT;
    }

    /** @param withTraces whether exceptions are shown with their stack */
    Formatter formatter(boolean withTraces) {
        return this == TEXT ? new LogFormatter(withTraces) : new JsonLogFormatter(withTraces);
    }
}
