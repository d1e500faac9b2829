package io.linksocks.cli;

import java.util.List;

/** Completion for fish. */
final class FishCompletion {
    private static final String HEAD = """
            # Completion of linksocks for fish, made by: linksocks completion fish
            function __linksocks_command --description 'Whether the command before the cursor is one of these'
                set -l words (commandline --tokenize --cut-at-cursor --current-process)
                set -q words[2]; or set words[2] ''
                contains -- $words[2] $argv
            end
            complete -c linksocks -f
            complete -c linksocks -n "__linksocks_command ''" -l help -d 'show how the program is used'
            complete -c linksocks -n "__linksocks_command ''" -l version -d 'print the version'
            """;

    private final StringBuilder script = new StringBuilder(HEAD);

    private FishCompletion() {}

    static String of(List<CommandGroup> groups) {
        FishCompletion completion = new FishCompletion();
        for (CommandGroup group : groups) {
            group.commands().forEach(completion::command);
            completion.group(group);
        }
        return completion.script.toString();
    }

    private void command(Command command) {
        complete("__linksocks_command ''", " -a " + command.name() + " -d " + quote(command.summary()));
    }

    private void group(CommandGroup group) {
        String condition = "__linksocks_command " + group.names(" ");
        for (Option option : group.available()) {
            complete(condition, (option.letter() == Option.NO_LETTER ? "" : " -s " + option.letter())
                    + " -l " + option.name() + (option.type().needsValue() ? " -r" + offer(Candidates.of(option)) : "")
                    + " -d " + quote(option.help()));
        }
        String operand = offer(Candidates.of(group.table()));
        if (group.table().operand() != null) {
            complete(condition, operand);
        }
    }

    private static String offer(Candidates candidates) {
        return candidates.files() ? " -F" : candidates.words().isEmpty()
                ? " -f"
                : " -f -a " + quote(String.join(" ", candidates.words()));
    }

    private void complete(String condition, String rest) {
        script.append("complete -c linksocks -n \"").append(condition).append('"').append(rest).append('\n');
    }

    private static String quote(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
