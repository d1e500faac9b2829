package io.linksocks.cli;

/** What the process tells the one who started it. */
final class ExitCode {
    /** Did what was asked, or was stopped by a signal. */
    static final int OK = 0;
    /** Could not go on: a port in use, a wrong token, a lost server. */
    static final int FAILURE = 1;
    /** The command line cannot be carried out as it is written. */
    static final int USAGE = 2;
    /** Ran out of memory, or of threads; the JVM uses the same code. */
    static final int OUT_OF_MEMORY = 3;

    private ExitCode() {}
}
