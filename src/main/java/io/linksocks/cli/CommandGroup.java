package io.linksocks.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Commands that understand the same options, as {@code client}, {@code provider} and {@code connector} do.
 *
 * @param commands one or more
 * @param table    what each of them has
 */
record CommandGroup(List<Command> commands, OptionTable table) {
    /** All commands, in the order of the help page. */
    static List<CommandGroup> all() throws UsageException {
        Map<OptionTable, List<Command>> byTable = new LinkedHashMap<>();
        for (String name : Commands.NAMES) {
            Command command = Commands.named(name);
            byTable.computeIfAbsent(command.table(), table -> new ArrayList<>()).add(command);
        }
        List<CommandGroup> groups = new ArrayList<>();
        byTable.forEach((table, commands) -> groups.add(new CommandGroup(List.copyOf(commands), table)));
        return groups;
    }

    /** Their names with this between them. */
    String names(String separator) {
        return String.join(separator, commands.stream().map(Command::name).toList());
    }

    /** The options that do something. */
    List<Option> available() {
        return table.options().stream().filter(option -> option.availability() == Availability.AVAILABLE).toList();
    }
}
