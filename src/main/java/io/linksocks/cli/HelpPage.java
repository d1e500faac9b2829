package io.linksocks.cli;

import java.util.List;

/** Renders help from the tables, at most 80 columns wide. */
final class HelpPage {
    private static final int WIDTH = 80;
    /** Where descriptions begin; a longer option pushes its description to the next line. */
    private static final int COLUMN = 30;

    static final String PURPOSE = "Carries SOCKS5 traffic, TCP and UDP, over one WebSocket.";
    static final String VARIABLES = "LINKSOCKS_MODE stands in for a missing command, and for a missing option a\n"
            + "variable named like it: LINKSOCKS_SOCKS_PORT for --socks-port. A flag wins.";

    /** The title of the options that are accepted and do nothing. */
    static final String IGNORED = "Without effect, because " + DirectOptions.WHY_IGNORED;

    private final StringBuilder page = new StringBuilder(8192);
    /** Whether all options have a variable, so that only the names of unusual ones are shown. */
    private final boolean allHaveVariables;

    private HelpPage(OptionTable table) {
        List<Option> options = table.effective().stream().filter(option -> option != CommonOptions.HELP).toList();
        allHaveVariables = !options.isEmpty() && options.stream().allMatch(option -> option.variable() != null);
    }

    /** The page of one command. */
    static String of(Command command) {
        HelpPage help = new HelpPage(command.helpTable());
        String operand = command.table().operand();
        help.line("Usage: linksocks " + command.name() + " [options]" + (operand == null ? "" : " [" + operand + "]"));
        help.line("");
        help.line(sentence(command));
        help.section("Options", command.helpTable().effective());
        if (help.allHaveVariables) {
            help.line("\nEach option has a variable that stands in for it, like LINKSOCKS_LOG_FORMAT, or\n"
                    + "the one in brackets. It holds the values of a repeatable option one a line.");
        }
        help.section(IGNORED, command.helpTable().ignored());
        help.line("");
        help.line("Examples:");
        command.examples().forEach(example -> help.line("  " + example));
        return help.page.toString();
    }

    /** The page of the whole program. */
    static String overview() throws UsageException {
        HelpPage help = new HelpPage(OptionTable.of());
        help.line("Usage: linksocks <command> [options]\n\n" + PURPOSE + "\n\nCommands:");
        for (String name : Commands.NAMES) {
            help.entry("  " + name, Commands.named(name).summary());
        }
        help.line("\n" + VARIABLES);
        help.line("""

                Examples:
                  linksocks demo
                  linksocks server -t my-token
                  linksocks client -t my-token -u ws://server.example:8765
                  linksocks help client""");
        return help.page.toString();
    }

    static String sentence(Command command) {
        String summary = command.summary();
        return Character.toUpperCase(summary.charAt(0)) + summary.substring(1) + ".";
    }

    private void section(String title, List<Option> options) {
        if (!options.isEmpty()) {
            line("");
            line(title + ":");
            options.forEach(option -> entry(flags(option), allHaveVariables && option.hasUsualVariable()
                    ? describe(option, "") : describe(option)));
        }
    }

    private static String flags(Option option) {
        return (option.hasLetter() ? "  -" + option.letter() + ", " : "      ") + option.spelled()
                + (option.placeholder().isEmpty() ? "" : " " + option.placeholder());
    }

    static String describe(Option option) {
        return describe(option, option.variable() == null ? "" : " [" + option.variable() + "]");
    }

    private static String describe(Option option, String variable) {
        return option.help() + (option.fallback() == null ? "" : " [default: " + option.fallback() + "]") + variable;
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
