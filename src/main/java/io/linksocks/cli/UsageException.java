package io.linksocks.cli;

/** The command line, or a file in its place, is wrong; the message is one line for the user and ends the process with {@link ExitCode#USAGE}. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Option option;
    private final String phrase;

    UsageException(String message) {
        super(message);
        this.option = null;
        this.phrase = message;
    }

    /** @param origin how the user gave the option: the flag, or the variable */
    UsageException(Option option, String origin, String phrase) {
        super(origin + ": " + phrase);
        this.option = option;
        this.phrase = phrase;
    }

    /** The option whose fault it is; null when it is that of several, or of none. */
    Option option() {
        return option;
    }

    /** The message without the name of the option. */
    String phrase() {
        return phrase;
    }
}
