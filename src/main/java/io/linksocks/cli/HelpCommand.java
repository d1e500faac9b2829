package io.linksocks.cli;

import java.util.List;

/** {@code linksocks help [command]}. */
final class HelpCommand implements Command {
    @Override
    public String name() {
        return "help";
    }

    @Override
    public String summary() {
        return "show how a command is used";
    }

    @Override
    public OptionTable table() {
        return new OptionTable(List.of(CommonOptions.HELP), "command");
    }

    @Override
    public List<String> examples() {
        return List.of("linksocks help client");
    }

    @Override
    public int run(OptionValues values, Terminal terminal) throws UsageException {
        String topic = values.operand();
        terminal.out().print(topic == null ? HelpPage.overview() : HelpPage.of(Commands.named(topic)));
        return ExitCode.OK;
    }
}
