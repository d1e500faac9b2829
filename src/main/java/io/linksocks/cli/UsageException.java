package io.linksocks.cli;

import java.util.List;

/** The command line or a file of tunnels is wrong; ends the process with {@link ExitCode#USAGE}. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Option option;
    private final transient List<String> problems;
    private final String phrase;

    UsageException(String message) {
        this(null, message, message, List.of(message));
    }

    /** @param problems lines for the user, at least one */
    UsageException(List<String> problems) {
        this(null, problems.getFirst(), problems.getFirst(), List.copyOf(problems));
    }

    /** @param origin how the user gave the option: the flag, or the variable */
    UsageException(Option option, String origin, String phrase) {
        this(option, origin + ": " + phrase, phrase, List.of(origin + ": " + phrase));
    }

    private UsageException(Option option, String message, String phrase, List<String> problems) {
        super(message);
        this.option = option;
        this.phrase = phrase;
        this.problems = problems;
    }

    /** The option that is wrong; null when it is several, or none. */
    Option option() {
        return option;
    }

    /** The message without the name of the option. */
    String phrase() {
        return phrase;
    }

    /** Everything that is wrong, a line each. */
    List<String> problems() {
        return problems;
    }
}
