package io.linksocks.cli;

import java.io.IOException;
import java.util.List;

/** One word behind {@code linksocks} and what it does. */
interface Command {
    /** The word itself. */
    String name();

    /** One line for the list of commands. */
    String summary();

    OptionTable table();

    /** Command lines that work, for the help page. */
    List<String> examples();

    /**
     * Does the work; a command that serves returns when it is over.
     *
     * @return an {@link ExitCode}
     * @throws UsageException when the options contradict each other
     * @throws IOException    when the work failed, with a message for the user
     */
    int run(OptionValues values, Terminal terminal) throws UsageException, IOException, InterruptedException;
}
