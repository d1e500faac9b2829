package io.linksocks.cli;

import java.util.List;

/** A file of tunnels that can't be carried out as it is written. */
final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    /** @param problems lines for the user, at least one */
    ConfigException(List<String> problems) {
        super(problems.getFirst());
        this.problems = List.copyOf(problems);
    }

    ConfigException(String problem) {
        this(List.of(problem));
    }

    List<String> problems() {
        return problems;
    }
}
