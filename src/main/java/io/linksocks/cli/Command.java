package io.linksocks.cli;

import java.io.IOException;
import java.util.List;

/** A command: what help says about it, and what it does. */
abstract class Command {
    private final String name;
    private final String summary;
    private final OptionTable table;
    private final List<String> examples;

    /**
     * @param name     the word itself
     * @param summary  one line for the list of commands
     * @param examples command lines that work, for the help page
     */
    Command(String name, String summary, OptionTable table, String... examples) {
        this.name = name;
        this.summary = summary;
        this.table = table;
        this.examples = List.of(examples);
    }

    final String name() {
        return name;
    }

    final String summary() {
        return summary;
    }

    final OptionTable table() {
        return table;
    }

    /** The options that help shows: of those that several commands have in common, the ones that do something here. */
    OptionTable helpTable() {
        return table;
    }

    final List<String> examples() {
        return examples;
    }

    /**
     * Does the work; a command that serves returns when it is over.
     *
     * @return an {@link ExitCode}
     * @throws UsageException when the options contradict each other
     * @throws IOException    when the work failed, with a message for the user
     */
    abstract int run(OptionValues values, Terminal terminal) throws UsageException, IOException, InterruptedException;
}
