package io.linksocks.cli;

import java.io.PrintStream;
import java.util.Map;

/**
 * What a command sees of the one who runs it.
 *
 * @param out         what was asked for: help, a version, a token
 * @param err         the log and errors
 * @param environment the environment variables
 */
record Terminal(PrintStream out, PrintStream err, Map<String, String> environment) {
    /** The variable without surrounding blanks; null when nothing is left. */
    String variable(String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }
}
