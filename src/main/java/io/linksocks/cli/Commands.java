package io.linksocks.cli;

import java.util.List;

/** All commands by name. Each is loaded only when it is asked for: a client does not pay for the server's classes. */
final class Commands {
    static final List<String> NAMES = List.of("server", "client", "provider", "connector", "run", "check", "status", "demo",
            "completion", "man", "version", "help");

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
            case "completion" -> PrintCommand.completion();
            case "man" -> PrintCommand.man();
            case "version" -> PrintCommand.version();
            case "help" -> PrintCommand.help();
            default -> throw new UsageException("unknown command " + OneLine.quote(name) + "; the nearest is "
                    + Nearest.to(name, NAMES));
        };
    }
}
