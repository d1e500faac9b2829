package io.linksocks.cli;

import io.linksocks.util.Version;
import java.util.List;

/**
 * A command that prints one text and ends.
 *
 * @param text what it prints
 */
record PrintCommand(String name, String summary, OptionTable table, List<String> examples, Text text) implements Command {
    private static final List<String> SHELLS = List.of("bash", "zsh", "fish");
    private static final OptionTable HELP_ONLY = OptionTable.of(CommonOptions.HELP);

    /** Makes the text of a command from its options. */
    @FunctionalInterface
    interface Text {
        String of(OptionValues values) throws UsageException;
    }

    @Override
    public int run(OptionValues values, Terminal terminal) throws UsageException {
        terminal.out().print(text.of(values));
        return ExitCode.OK;
    }

    /** {@code linksocks help [command]}. */
    static PrintCommand help() {
        return new PrintCommand("help", "show how a command is used",
                new OptionTable(List.of(CommonOptions.HELP), "command"),
                List.of("linksocks help client"),
                values -> values.operand() == null ? HelpPage.overview() : HelpPage.of(Commands.named(values.operand())));
    }

    /** {@code linksocks version}: what a bug report needs. */
    static PrintCommand version() {
        return new PrintCommand("version", "print the version and what it runs on", HELP_ONLY,
                List.of("linksocks version"),
                values -> "linksocks " + Version.current() + " (Java " + Runtime.version() + ", "
                        + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ")" + System.lineSeparator());
    }

    /** {@code linksocks man}: the manual as a page for man. */
    static PrintCommand man() {
        return new PrintCommand("man", "print the manual as a page for man", HELP_ONLY,
                List.of("linksocks man | man -l -"), values -> ManPage.of(CommandGroup.all()));
    }

    /** {@code linksocks completion SHELL}: the script that makes a shell complete command lines. */
    static PrintCommand completion() {
        return new PrintCommand("completion", "print what makes a shell complete these commands",
                new OptionTable(List.of(CommonOptions.HELP), String.join("|", SHELLS)),
                List.of("source <(linksocks completion bash)", "linksocks completion zsh >~/.zfunc/_linksocks",
                        "linksocks completion fish >~/.config/fish/completions/linksocks.fish"),
                PrintCommand::completionScript);
    }

    private static String completionScript(OptionValues values) throws UsageException {
        String shell = values.operand();
        if (shell == null) {
            throw new UsageException("for which shell? One of " + String.join(", ", SHELLS));
        }
        List<CommandGroup> groups = CommandGroup.all();
        return switch (shell) {
            case "bash" -> BashCompletion.of(groups);
            case "zsh" -> ZshCompletion.of(groups);
            case "fish" -> FishCompletion.of(groups);
            default -> throw new UsageException("unknown shell " + OneLine.quote(shell) + "; the nearest is "
                    + Nearest.to(shell, SHELLS));
        };
    }
}
