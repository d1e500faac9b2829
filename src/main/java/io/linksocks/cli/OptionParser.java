package io.linksocks.cli;

import java.util.Iterator;
import java.util.List;

/**
 * Reads a command line against an {@link OptionTable}: {@code --flag=value}, {@code --flag value}, {@code -tVALUE},
 * {@code -t=VALUE}, {@code -rdd}; then fills the gaps from the environment and from the defaults.
 */
final class OptionParser {
    /** Replaces bytes that are invalid in the locale's encoding. */
    private static final char UNDECODABLE = '\uFFFD';

    private final String command;
    private final OptionTable table;
    private final Terminal terminal;
    private final OptionValues values = new OptionValues();
    /** The option before: an argument after it may be the rest of a secret without quotes. */
    private Option previous;

    private OptionParser(String command, OptionTable table, Terminal terminal) {
        this.command = command;
        this.table = table;
        this.terminal = terminal;
    }

    /**
     * Reads the arguments behind the command. Stops at a request for help, which wins over everything else.
     *
     * @throws UsageException at the first argument or variable that does not fit
     */
    static OptionValues parse(String command, OptionTable table, List<String> arguments, Terminal terminal)
            throws UsageException {
        OptionParser parser = new OptionParser(command, table, terminal);
        parser.readArguments(arguments.iterator());
        if (!parser.values.isOn(CommonOptions.HELP)) {
            parser.fillGaps();
        }
        return parser.values;
    }

    private void readArguments(Iterator<String> rest) throws UsageException {
        boolean optionsEnded = false;
        while (rest.hasNext() && !values.isOn(CommonOptions.HELP)) {
            String argument = rest.next();
            if (optionsEnded || argument.length() < 2 || argument.charAt(0) != '-') {
                readOperand(argument);
            } else if (argument.equals("--")) {
                optionsEnded = true;
            } else if (argument.startsWith("--")) {
                readLong(argument, rest);
            } else {
                readLetters(argument, rest);
            }
        }
    }

    private void readOperand(String argument) throws UsageException {
        if (table.operand() == null || values.operand() != null) {
            throw new UsageException("unexpected argument" + blame(argument));
        }
        if (argument.isEmpty()) {
            throw new UsageException(table.operand() + ": the value is empty");
        }
        checkDecoded(table.operand(), argument);
        values.setOperand(argument);
    }

    /** Does not repeat what may be a secret: one without its flag, the rest of one without quotes, an option after the end. */
    private String blame(String argument) {
        if (previous != null && previous.secret()) {
            return " after " + previous.spelled() + "; a value with spaces needs quotes";
        }
        if (argument.length() > 1 && argument.startsWith("-")) {
            return " after --, where options end";
        }
        Option meant = argument.contains("://") ? table.named("url") : null;
        if (meant == null) {
            meant = table.firstSecret();
        }
        if (meant == null) {
            return " " + OneLine.quote(argument);
        }
        return (previous == null ? "" : " after " + previous.spelled()) + "; is it the value of " + meant.flags() + "?";
    }

    private void readLong(String argument, Iterator<String> rest) throws UsageException {
        int sign = argument.indexOf('=');
        String flag = sign < 0 ? argument : argument.substring(0, sign);
        Option option = table.named(flag.substring(2));
        if (option == null) {
            throw new UsageException("unknown option " + OneLine.quote(flag) + "; " + hint(flag.substring(2)));
        }
        assign(option, flag, sign < 0 ? null : argument.substring(sign + 1), rest);
    }

    private String hint(String name) {
        Option lettered = name.length() == 1 ? table.lettered(name.charAt(0)) : null;
        return lettered == null ? table.nearest(name, "--", command) : "-" + name + " has one dash";
    }

    /** Switches may share one dash; the first letter that needs a value takes the rest of the argument. */
    private void readLetters(String argument, Iterator<String> rest) throws UsageException {
        checkDashes(argument);
        int at = 1;
        while (at < argument.length()) {
            Option option = table.lettered(argument.charAt(at));
            if (option == null) {
                throw unknownLetter(argument.charAt(at));
            }
            String attached = argument.substring(++at);
            boolean signed = attached.startsWith("=");
            if (!signed && (attached.isEmpty() || !option.type().needsValue())) {
                attached = null;
            }
            assign(option, "-" + option.letter(), signed ? attached.substring(1) : attached, rest);
            at = attached == null ? at : argument.length();
        }
    }

    /** Takes {@code -token x} for {@code --token x}, not for {@code -t oken x}. */
    private void checkDashes(String argument) throws UsageException {
        String name = argument.substring(1).split("=", 2)[0];
        if (table.named(name) != null) {
            throw new UsageException("unknown option '-" + name + "'; --" + name + " has two dashes");
        }
    }

    private UsageException unknownLetter(char letter) {
        Option nearest = otherCase(letter);
        return new UsageException("unknown option " + OneLine.quote("-" + letter) + "; "
                + (nearest == null ? OptionTable.seeHelp(command) : "the nearest is " + nearest.flags()));
    }

    /** The option with this letter in the other case, or null. */
    private Option otherCase(char letter) {
        return table.lettered(Character.isUpperCase(letter) ? Character.toLowerCase(letter) : Character.toUpperCase(letter));
    }

    private void assign(Option option, String flag, String attached, Iterator<String> rest) throws UsageException {
        String text = attached;
        previous = option;
        if (text == null && option.type().needsValue()) {
            if (!rest.hasNext()) {
                throw new UsageException(flag + ": a value is missing (" + option.placeholder() + ")");
            }
            text = rest.next();
        }
        checkDecoded(flag, text);
        if (text != null && text.isEmpty() && option.type() instanceof ValueType.Text) {
            // -t "$TOKEN" with no TOKEN set: as in the reference, the same as no flag at all
            values.unset(option);
        } else {
            values.set(option, read(option, flag, text), flag);
        }
    }

    /** Does not repeat a wrong value of {@code -T}: it may be that of {@code -t}, a token. */
    private Object read(Option option, String flag, String text) throws UsageException {
        Option other = flag.startsWith("--") ? null : otherCase(option.letter());
        if (other == null || !other.secret()) {
            return option.read(flag, text, values.value(option));
        }
        try {
            return option.confidential().read(flag, text, values.value(option));
        } catch (UsageException e) {
            throw new UsageException(option, flag, e.phrase() + "; is it the value of " + other.flags() + "?");
        }
    }

    private void fillGaps() throws UsageException {
        for (Option option : table.options()) {
            if (values.value(option) != null) {
                continue;
            }
            String text = option.variable() == null ? null : terminal.variable(option.variable());
            if (text != null) {
                fill(option, text);
            }
        }
        values.setDefaults(table);
    }

    private void fill(Option option, String text) throws UsageException {
        checkDecoded(option.variable(), text);
        Object value = null;
        for (String occurrence : option.type().split(text)) {
            value = option.read(option.variable(), occurrence, value);
        }
        values.set(option, value, option.variable());
    }

    /**
     * Java decodes arguments and variables by the locale and replaces what it can't decode, so different secrets would
     * become the same text, and a file of another name would be opened.
     */
    private static void checkDecoded(String source, String text) throws UsageException {
        if (text != null && text.indexOf(UNDECODABLE) >= 0) {
            throw new UsageException(source + ": the value has characters that this locale can't decode; set LC_ALL=C.UTF-8"
                    + " in the environment of this process");
        }
    }
}
