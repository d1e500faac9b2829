package io.linksocks.cli;

import java.util.List;
import java.util.Locale;

/**
 * What a shell may offer in the place of a value.
 *
 * @param words all that fits, when that is a few words
 * @param files whether it is the name of a file
 */
record Candidates(List<String> words, boolean files) {
    private static final Candidates NONE = new Candidates(List.of(), false);
    private static final Candidates FILES = new Candidates(List.of(), true);

    static Candidates of(Option option) {
        return option.type() instanceof ValueType.Choice choice
                ? new Candidates(choice.words(), false)
                : named(option.placeholder());
    }

    /** Those of the one operand of a command, if it has any. */
    static Candidates of(OptionTable table) {
        return table.operand() == null ? NONE : named(table.operand());
    }

    /** The name on the help page tells: a kind of thing, or the words themselves with bars between them. */
    private static Candidates named(String placeholder) {
        return switch (placeholder.toLowerCase(Locale.ROOT)) {
            case "file" -> FILES;
            case "command" -> new Candidates(Commands.NAMES, false);
            default -> placeholder.indexOf('|') < 0 ? NONE : new Candidates(List.of(placeholder.split("\\|")), false);
        };
    }
}
