package io.linksocks.cli;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.util.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All commands by name. Each is loaded only when it is asked for: a client does not pay for the server's classes. */
final class Commands {
    static final List<String> NAMES = List.of("server", "client", "provider", "connector", "run", "check", "status", "demo",
            "secret", "completion", "man", "version", "help");

    private static final OptionTable HELP_ONLY = OptionTable.of(CommonOptions.HELP);

    private Commands() {}

    /** @throws UsageException for a word that is no command */
    static Command named(String name) throws UsageException {
        return switch (name) {
            case "server" -> new ServerCommand();
            case "client" -> ClientCommand.client();
            case "provider" -> ClientCommand.provider();
            case "connector" -> ClientCommand.connector();
            case "run" -> new RunCommand();
            case "check" -> new CheckCommand();
            case "status" -> new StatusCommand();
            case "demo" -> new DemoCommand();
            case "secret" -> new PrintCommand("secret", "print a new secret for TOKEN#SECRET of a provider and its connectors",
                    HELP_ONLY, operand -> LinkSocksClient.newSecret() + System.lineSeparator(), "linksocks secret");
            case "completion" -> new PrintCommand("completion", "print the completion script of a shell",
                    HELP_ONLY.operand(String.join("|", CompletionScript.SHELLS)), CompletionScript::of,
                    "source <(linksocks completion bash)", "linksocks completion zsh >~/.zfunc/_linksocks",
                    "linksocks completion fish >~/.config/fish/completions/linksocks.fish");
            case "man" -> new PrintCommand("man", "print the manual as a page for man",
                    HELP_ONLY, operand -> ManPage.of(groups()), "linksocks man | man -l -");
            case "version" -> new PrintCommand("version", "print the version and what it runs on",
                    HELP_ONLY, operand -> version(), "linksocks version");
            case "help" -> new PrintCommand("help", "show how a command is used",
                    HELP_ONLY.operand("command"), Commands::help, "linksocks help client");
            default -> throw new UsageException("unknown command " + OneLine.quote(name) + "; " + hint(name));
        };
    }

    private static String hint(String typed) {
        if (NAMES.contains(typed.split("\\s", 2)[0])) {
            return "give each word as an argument of its own, without quotes around all of them";
        }
        return typed.contains("://") ? "a server's URL comes after client -u"
                : Nearest.hint(typed, NAMES, "linksocks help lists all");
    }

    private static String help(String command) throws UsageException {
        return command == null ? HelpPage.overview() : HelpPage.of(named(command));
    }

    /** What a bug report needs. */
    private static String version() {
        return "linksocks " + Version.current() + " (Java " + Runtime.version() + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch") + ")" + System.lineSeparator();
    }

    /** All commands in the order of the help page, those with the same options together. */
    static List<Group> groups() throws UsageException {
        Map<OptionTable, List<Command>> byTable = new LinkedHashMap<>();
        for (String name : NAMES) {
            Command command = named(name);
            byTable.computeIfAbsent(command.table(), table -> new ArrayList<>()).add(command);
        }
        return byTable.entrySet().stream().map(group -> new Group(group.getValue(), group.getKey())).toList();
    }

    /** Commands with the same options, such as {@code client}, {@code provider} and {@code connector}. */
    record Group(List<Command> commands, OptionTable table) {
        /** Their names with this between them. */
        String names(String separator) {
            return String.join(separator, commands.stream().map(Command::name).toList());
        }
    }

    /** A command that prints one text and ends. */
    private static final class PrintCommand extends Command {
        private final Text text;

        PrintCommand(String name, String summary, OptionTable table, Text text, String... examples) {
            super(name, summary, table, examples);
            this.text = text;
        }

        @Override
        int run(OptionValues values, Terminal terminal) throws UsageException {
            terminal.out().print(text.of(values.operand()));
            return ExitCode.OK;
        }

        @FunctionalInterface
        interface Text {
            /** @param operand null when there is none */
            String of(String operand) throws UsageException;
        }
    }
}
