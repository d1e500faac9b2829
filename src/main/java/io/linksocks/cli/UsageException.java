package io.linksocks.cli;

/** The command line is wrong; the message is one line for the user and ends the process with {@link ExitCode#USAGE}. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
