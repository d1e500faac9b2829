package io.linksocks.cli;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one command understands: its options in the order of the help page, and the one operand it may take.
 *
 * @param options all options
 * @param operand what help calls the operand, or null when the command takes none
 */
record OptionTable(List<Option> options, String operand) {
    /** Of a word with which many others may begin. */
    private static final int FEWEST_LETTERS = 4;

    static OptionTable of(Option... options) {
        return new OptionTable(List.of(options), null);
    }

    /** This table for a command that takes an operand. */
    OptionTable operand(String name) {
        return new OptionTable(options, name);
    }

    /** This table followed by more options. */
    OptionTable with(Option... more) {
        return with(of(more));
    }

    /** This table followed by the options of another. */
    OptionTable with(OptionTable other) {
        return new OptionTable(Stream.concat(options.stream(), other.options.stream()).toList(), operand);
    }

    /** This table without the options of another. */
    OptionTable without(OptionTable other) {
        return new OptionTable(select(option -> !other.options.contains(option)), operand);
    }

    /** The options that do something. */
    List<Option> effective() {
        return select(option -> !option.ignored());
    }

    /** The options that are accepted and do nothing. */
    List<Option> ignored() {
        return select(Option::ignored);
    }

    private List<Option> select(Predicate<Option> condition) {
        return options.stream().filter(condition).toList();
    }

    /** The first option whose value may not be repeated, or null. */
    Option firstSecret() {
        return options.stream().filter(Option::secret).findFirst().orElse(null);
    }

    /** The option with this long name or alias, or null. */
    Option named(String name) {
        for (Option option : options) {
            if (option.names().contains(name)) {
                return option;
            }
        }
        return null;
    }

    /** The option with this short form, or null. */
    Option lettered(char letter) {
        for (Option option : options) {
            if (option.letter() == letter && letter != Option.NO_LETTER) {
                return option;
            }
        }
        return null;
    }

    /** A phrase that tells where the options of a command are listed. */
    static String seeHelp(String command) {
        return "linksocks help " + command + " lists all";
    }

    /** A phrase that names the option whose long name or alias looks most like this one; points to help when none does. */
    String nearest(String name, String dashes, String command) {
        List<String> names = options.stream().flatMap(option -> option.names().stream()).toList();
        String meant = named(Nearest.to(name, names)).name();
        if (!Nearest.hint(name, names, "").isEmpty()) {
            return "the nearest is " + dashes + meant;
        }
        String related = effective().stream().filter(option -> endsIn(option, name)).map(option -> dashes + option.name())
                .collect(Collectors.joining(", "));
        return related.isEmpty() ? seeHelp(command) : "there is " + related;
    }

    /** What another program calls {@code --port} is {@code --ws-port} or {@code --socks-port} here. */
    private static boolean endsIn(Option option, String word) {
        return word.length() >= FEWEST_LETTERS && option.name().startsWith(word, option.name().lastIndexOf('-') + 1);
    }
}
