package io.linksocks.cli;

import java.time.Duration;
import java.util.List;

/**
 * One row of an {@link OptionTable}. Parsing, the environment, help and error messages read nothing else.
 *
 * @param name         the long name without dashes
 * @param letter       the short form, or {@link #NO_LETTER}
 * @param type         what a value looks like
 * @param placeholder  what help shows in place of the value, empty for a switch
 * @param help         one or two phrases for the help page
 * @param aliases      further long names, not shown in help
 * @param variable     the environment variable that stands in for a missing flag, or null
 * @param fallback     the value when neither is given, in the form a user would write it, or null
 * @param availability whether it works yet
 * @param secret       whether its value may never be repeated in a message
 */
record Option(String name, char letter, ValueType type, String placeholder, String help, List<String> aliases,
        String variable, String fallback, Availability availability, boolean secret) {
    static final char NO_LETTER = 0;

    static Option of(String name, char letter, ValueType type, String placeholder, String help) {
        return new Option(name, letter, type, placeholder, help, List.of(), null, null, Availability.AVAILABLE, false);
    }

    static Option toggle(String name, char letter, String help) {
        return of(name, letter, new ValueType.Switch(), "", help);
    }

    static Option text(String name, char letter, String placeholder, String help) {
        return of(name, letter, new ValueType.Text(ValueType.MAX_TEXT), placeholder, help);
    }

    /** A token, a name or a password. */
    static Option credential(String name, char letter, String placeholder, String help) {
        return of(name, letter, new ValueType.Text(ValueType.MAX_CREDENTIAL), placeholder, help);
    }

    static Option list(String name, char letter, String placeholder, String help) {
        return of(name, letter, new ValueType.TextList(), placeholder, help);
    }

    static Option number(String name, char letter, int min, int max, String help) {
        return of(name, letter, new ValueType.Whole(min, max), "NUMBER", help);
    }

    static Option port(String name, char letter, String help) {
        return of(name, letter, new ValueType.Whole(0, 0xFFFF), "PORT", help);
    }

    static Option duration(String name, Duration min, Duration max, String help) {
        return of(name, NO_LETTER, new ValueType.Period(min, max), "DURATION", help);
    }

    Option alias(String alias) {
        return new Option(name, letter, type, placeholder, help, List.of(alias), variable, fallback, availability,
                secret);
    }

    Option from(String other) {
        return new Option(name, letter, type, placeholder, help, aliases, other, fallback, availability, secret);
    }

    Option orElse(String value) {
        return new Option(name, letter, type, placeholder, help, aliases, variable, value, availability, secret);
    }

    Option confidential() {
        return new Option(name, letter, type, placeholder, help, aliases, variable, fallback, availability, true);
    }

    Option as(Availability other) {
        return new Option(name, letter, type, placeholder, help, aliases, variable, fallback, other, secret);
    }

    /**
     * Reads one occurrence.
     *
     * @param origin  the flag or the variable it came from
     * @param earlier what the occurrences before this one amounted to, or null at the first
     */
    Object read(String origin, String text, Object earlier) throws UsageException {
        try {
            return type.read(text, earlier);
        } catch (UsageException e) {
            throw new UsageException(this, origin, (secret ? "the value" : OneLine.quote(text)) + " " + e.getMessage());
        }
    }

    /** {@code --name}, as messages write it. */
    String spelled() {
        return "--" + name;
    }
}
