package io.linksocks.cli;

import io.linksocks.util.Version;
import java.util.List;

/** {@code linksocks version}: what to write into a bug report. */
final class VersionCommand implements Command {
    @Override
    public String name() {
        return "version";
    }

    @Override
    public String summary() {
        return "print the version and what it runs on";
    }

    @Override
    public OptionTable table() {
        return OptionTable.of(CommonOptions.HELP);
    }

    @Override
    public List<String> examples() {
        return List.of("linksocks version");
    }

    @Override
    public int run(OptionValues values, Terminal terminal) {
        terminal.out().println("linksocks " + Version.current() + " (Java " + Runtime.version() + ", "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ")");
        return ExitCode.OK;
    }
}
