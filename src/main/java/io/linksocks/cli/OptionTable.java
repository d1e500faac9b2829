package io.linksocks.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * What one command understands: its options in the order of the help page, and the one operand it may take.
 *
 * @param options all options
 * @param operand what help calls the operand, or null when the command takes none
 */
record OptionTable(List<Option> options, String operand) {
    static OptionTable of(Option... options) {
        return new OptionTable(List.of(options), null);
    }

    /** This table with the options of another behind its own. */
    OptionTable with(OptionTable other) {
        List<Option> all = new ArrayList<>(options);
        all.addAll(other.options);
        return new OptionTable(List.copyOf(all), operand);
    }

    /** This table with none of the options of another. */
    OptionTable without(OptionTable other) {
        return new OptionTable(options.stream().filter(option -> !other.options.contains(option)).toList(), operand);
    }

    /** The option with this long name or alias, or null. */
    Option named(String name) {
        for (Option option : options) {
            if (option.name().equals(name) || option.aliases().contains(name)) {
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

    /** The long name that looks most like this one. */
    Option nearest(String name) {
        List<String> names = new ArrayList<>(options.size());
        for (Option option : options) {
            names.add(option.name());
            names.addAll(option.aliases());
        }
        return named(Nearest.to(name, names));
    }
}
