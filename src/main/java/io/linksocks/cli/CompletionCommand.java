package io.linksocks.cli;

import java.util.List;

/** {@code linksocks completion SHELL}: what a shell has to run so that it completes our command lines. */
final class CompletionCommand implements Command {
    private static final List<String> SHELLS = List.of("bash", "zsh", "fish");
    private static final OptionTable TABLE = new OptionTable(List.of(CommonOptions.HELP), String.join("|", SHELLS));

    @Override
    public String name() {
        return "completion";
    }

    @Override
    public String summary() {
        return "print what makes a shell complete these commands";
    }

    @Override
    public OptionTable table() {
        return TABLE;
    }

    @Override
    public List<String> examples() {
        return List.of("source <(linksocks completion bash)", "linksocks completion zsh >~/.zfunc/_linksocks",
                "linksocks completion fish >~/.config/fish/completions/linksocks.fish");
    }

    @Override
    public int run(OptionValues values, Terminal terminal) throws UsageException {
        String shell = values.operand();
        if (shell == null) {
            throw new UsageException("for which shell? One of " + String.join(", ", SHELLS));
        }
        List<CommandGroup> groups = CommandGroup.all();
        terminal.out().print(switch (shell) {
            case "bash" -> BashCompletion.of(groups);
            case "zsh" -> ZshCompletion.of(groups);
            case "fish" -> FishCompletion.of(groups);
            default -> throw new UsageException("unknown shell " + OneLine.quote(shell) + "; the nearest is "
                    + Nearest.to(shell, SHELLS));
        });
        return ExitCode.OK;
    }
}
