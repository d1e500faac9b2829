package io.linksocks.cli;

import java.util.List;

/** {@code linksocks man}: the manual as a page for man. */
final class ManCommand implements Command {
    @Override
    public String name() {
        return "man";
    }

    @Override
    public String summary() {
        return "print the manual as a page for man";
    }

    @Override
    public OptionTable table() {
        return OptionTable.of(CommonOptions.HELP);
    }

    @Override
    public List<String> examples() {
        return List.of("linksocks man | man -l -");
    }

    @Override
    public int run(OptionValues values, Terminal terminal) throws UsageException {
        terminal.out().print(ManPage.of(CommandGroup.all()));
        return ExitCode.OK;
    }
}
