package io.linksocks.cli;

/** Renders help from the tables, at most 80 columns wide. */
final class HelpPage {
    private static final int WIDTH = 80;
    /** Where descriptions begin; a longer option pushes its description to the next line. */
    private static final int COLUMN = 30;

    static final String PURPOSE = "Carries SOCKS5 traffic, TCP and UDP, over one WebSocket.";
    static final String VARIABLES = "LINKSOCKS_MODE stands in for a missing command, and most options have such\n"
            + "a variable too; a flag wins over its variable.";

    private final StringBuilder page = new StringBuilder(8192);

    private HelpPage() {}

    /** The page of one command. */
    static String of(Command command) {
        HelpPage help = new HelpPage();
        String operand = command.table().operand();
        help.line("Usage: linksocks " + command.name() + " [options]" + (operand == null ? "" : " [" + operand + "]"));
        help.line("");
        help.line(sentence(command));
        for (Availability availability : Availability.values()) {
            help.section(command.table(), availability);
        }
        help.examples(command);
        return help.page.toString();
    }

    /** The page of the whole program. */
    static String overview() throws UsageException {
        HelpPage help = new HelpPage();
        help.line("Usage: linksocks <command> [options]");
        help.line("");
        help.line(PURPOSE);
        help.line("");
        help.line("Commands:");
        for (String name : Commands.NAMES) {
            Command command = Commands.named(name);
            help.entry("  " + name, command.summary());
        }
        help.line("");
        help.line(VARIABLES);
        help.line("");
        help.line("Examples:");
        help.line("  linksocks demo");
        help.line("  linksocks server -t my-token");
        help.line("  linksocks client -t my-token -u ws://server.example:8765");
        help.line("  linksocks help client");
        return help.page.toString();
    }

    static String sentence(Command command) {
        String summary = command.summary();
        return Character.toUpperCase(summary.charAt(0)) + summary.substring(1) + ".";
    }

    private void section(OptionTable table, Availability availability) {
        boolean first = true;
        for (Option option : table.options()) {
            if (option.availability() != availability) {
                continue;
            }
            if (first) {
                line("");
                line(availability.title() + ":");
                first = false;
            }
            entry(flags(option), describe(option));
        }
    }

    private void examples(Command command) {
        line("");
        line("Examples:");
        for (String example : command.examples()) {
            line("  " + example);
        }
    }

    private static String flags(Option option) {
        return (option.letter() == Option.NO_LETTER ? "      " : "  -" + option.letter() + ", ") + option.spelled()
                + (option.placeholder().isEmpty() ? "" : " " + option.placeholder());
    }

    static String describe(Option option) {
        return option.help()
                + (option.fallback() == null ? "" : " [default: " + option.fallback() + "]")
                + (option.variable() == null ? "" : " [" + option.variable() + "]");
    }

    private void entry(String head, String text) {
        page.append(head);
        int column = head.length();
        if (column > COLUMN - 2) {
            line("");
            column = 0;
        }
        page.repeat(' ', COLUMN - column);
        wrap(text);
    }

    private void wrap(String text) {
        int from = 0;
        while (text.length() - from > WIDTH - COLUMN) {
            int blank = text.lastIndexOf(' ', from + WIDTH - COLUMN);
            if (blank <= from) {
                break;
            }
            line(text.substring(from, blank));
            page.repeat(' ', COLUMN);
            from = blank + 1;
        }
        line(text.substring(from));
    }

    private void line(String text) {
        page.append(text).append('\n');
    }
}
