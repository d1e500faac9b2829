package io.linksocks.cli;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * One row of an {@link OptionTable}, which parsing, help, completion and error messages read.
 *
 * @param names    the long names without dashes; help shows the first, the others are aliases
 * @param letter   the short form, or {@link #NO_LETTER}
 * @param type     what a value looks like
 * @param placeholder what help shows in place of the value, empty for a switch
 * @param help     one or two phrases for the help page
 * @param variable the environment variable that stands in for a missing flag, named like it if not by {@link #from}; or null
 * @param fallback the value when neither is given, in the form a user would write it, or null
 * @param ignored  whether it is accepted and does nothing
 * @param secret   whether its value may never be repeated in a message
 */
record Option(List<String> names, char letter, ValueType type, String placeholder, String help, String variable,
        String fallback, boolean ignored, boolean secret) {
    static final char NO_LETTER = 0;

    static Option of(String name, ValueType type, String placeholder, String help) {
        return new Option(List.of(name), NO_LETTER, type, placeholder, help, variableFor(name), null, false, false);
    }

    static Option toggle(String name, String help) {
        return of(name, new ValueType.Switch(), "", help);
    }

    static Option text(String name, String placeholder, String help) {
        return of(name, new ValueType.Text(ValueType.MAX_TEXT), placeholder, help);
    }

    /** A token, a name or a password. */
    static Option credential(String name, String placeholder, String help) {
        return of(name, new ValueType.Text(ValueType.MAX_CREDENTIAL), placeholder, help);
    }

    static Option list(String name, String placeholder, String help) {
        return of(name, new ValueType.TextList(), placeholder, help);
    }

    static Option choice(String name, String placeholder, List<String> words, String help) {
        return of(name, new ValueType.Choice(words), placeholder, help);
    }

    static Option number(String name, int min, int max, String help) {
        return of(name, new ValueType.Whole(min, max), "NUMBER", help);
    }

    /** The most of something, at least one. */
    static Option limit(String name, String help) {
        return number(name, 1, Integer.MAX_VALUE, help);
    }

    static Option port(String name, String help) {
        return of(name, new ValueType.Whole(0, 0xFFFF), "PORT", help);
    }

    static Option duration(String name, Duration min, Duration max, String help) {
        return of(name, new ValueType.Period(min, max), "DURATION", help);
    }

    Option letter(char other) {
        return new Option(names, other, type, placeholder, help, variable, fallback, ignored, secret);
    }

    Option alias(String alias) {
        return new Option(List.of(name(), alias), letter, type, placeholder, help, variable, fallback, ignored, secret);
    }

    private static String variableFor(String name) {
        return "LINKSOCKS_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** The variable of the reference, where that has another name than the option. */
    Option from(String other) {
        return new Option(names, letter, type, placeholder, help, other, fallback, ignored, secret);
    }

    /** For one call of a command: no variable stands in for it. */
    Option onlyAsFlag() {
        return new Option(names, letter, type, placeholder, help, null, fallback, ignored, secret);
    }

    /** Whether its variable can be told from its name. */
    boolean hasUsualVariable() {
        return variableFor(name()).equals(variable);
    }

    Option orElse(String value) {
        return new Option(names, letter, type, placeholder, help, variable, value, ignored, secret);
    }

    Option withoutEffect() {
        return new Option(names, letter, type, placeholder, help, null, fallback, true, secret);
    }

    Option confidential() {
        return new Option(names, letter, type, placeholder, help, variable, fallback, ignored, true);
    }

    /** The long name that help shows. */
    String name() {
        return names.getFirst();
    }

    /** {@code --name}, as messages write it. */
    String spelled() {
        return "--" + name();
    }

    /** {@code -n}, or {@link #spelled} without a short form. */
    String brief() {
        return hasLetter() ? "-" + letter : spelled();
    }

    /** {@code -n (--name)}, or what there is of it. */
    String flags() {
        return hasLetter() ? "-" + letter + " (" + spelled() + ")" : spelled();
    }

    boolean hasLetter() {
        return letter != NO_LETTER;
    }

    /**
     * Reads one occurrence.
     *
     * @param origin  the flag or the variable it came from
     * @param earlier the value of the occurrences before this one, or null at the first
     */
    Object read(String origin, String text, Object earlier) throws UsageException {
        try {
            return type.read(text, earlier);
        } catch (UsageException e) {
            throw new UsageException(this, origin, (secret ? "the value" : OneLine.quote(text)) + " " + e.getMessage());
        }
    }
}
