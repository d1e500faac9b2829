package io.linksocks.cli;

import io.linksocks.util.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Renders linksocks(1) from the tables, in the macros of man(7). */
final class ManPage {
    private final StringBuilder page = new StringBuilder(32 << 10);

    private ManPage() {}

    static String of(List<Commands.Group> groups) {
        ManPage man = new ManPage();
        man.line(".TH LINKSOCKS 1 \"\" \"linksocks " + escape(Version.current()) + "\"");
        man.section("NAME");
        man.text("linksocks - SOCKS5 proxy through a WebSocket");
        man.section("SYNOPSIS");
        man.line(".B linksocks");
        man.line(".I command");
        man.line("[options]");
        man.section("DESCRIPTION");
        man.text(HelpPage.PURPOSE);
        man.section("COMMANDS");
        groups.forEach(group -> group.commands().forEach(man::command));
        groups.forEach(man::options);
        man.environment(groups);
        man.section("EXIT STATUS");
        man.exit(ExitCode.OK, "Did what was asked, or was stopped by a signal.");
        man.exit(ExitCode.FAILURE, "Could not go on; the last line on standard error says why.");
        man.exit(ExitCode.USAGE, "The command line cannot be carried out as it is written.");
        man.exit(ExitCode.OUT_OF_MEMORY, "Ran out of memory, or of threads; a larger heap is set with java -Xmx.");
        man.examples(groups);
        return man.page.toString();
    }

    private void command(Command command) {
        String operand = command.table().operand();
        entry(bold(command.name()) + " [options]" + (operand == null ? "" : " [" + italic(operand) + "]"),
                HelpPage.sentence(command));
    }

    private void options(Commands.Group group) {
        section("OPTIONS OF " + group.names(", "));
        group.table().effective().forEach(this::option);
        if (!group.table().ignored().isEmpty()) {
            line(".SS " + escape(HelpPage.IGNORED));
            group.table().ignored().forEach(this::option);
        }
    }

    private void option(Option option) {
        entry(flags(option), HelpPage.describe(option));
    }

    private static String flags(Option option) {
        return (option.hasLetter() ? bold("-" + option.letter()) + ", " : "") + bold(option.spelled())
                + (option.placeholder().isEmpty() ? "" : " " + italic(option.placeholder()));
    }

    /** Each variable with its options and their commands. */
    private void environment(List<Commands.Group> groups) {
        section("ENVIRONMENT");
        text(HelpPage.VARIABLES);
        Map<String, List<String>> uses = new TreeMap<>();
        for (Commands.Group group : groups) {
            for (Option option : group.table().options()) {
                if (option.variable() != null) {
                    uses.computeIfAbsent(option.variable(), variable -> new ArrayList<>())
                            .add(option.spelled() + " of " + group.names(", "));
                }
            }
        }
        uses.forEach((variable, options) -> entry(bold(variable), String.join("; ", options)));
        entry(bold("LINKSOCKS_JAVA_OPTS"), "Options for the Java virtual machine, where linksocks came with its own.");
    }

    private void examples(List<Commands.Group> groups) {
        section("EXAMPLES");
        line(".EX");
        groups.forEach(group -> group.commands().forEach(command -> command.examples().forEach(this::text)));
        line(".EE");
    }

    private void exit(int code, String meaning) {
        entry(bold(String.valueOf(code)), meaning);
    }

    private void section(String title) {
        line(".SH " + escape(title));
    }

    /** A tagged paragraph; the tag is escaped already. */
    private void entry(String tag, String text) {
        line(".TP");
        line(tag);
        text(text);
    }

    private void text(String text) {
        text.lines().forEach(line -> line((line.startsWith(".") || line.startsWith("'") ? "\\&" : "") + escape(line)));
    }

    private static String bold(String text) {
        return "\\fB" + escape(text) + "\\fR";
    }

    private static String italic(String text) {
        return "\\fI" + escape(text) + "\\fR";
    }

    /** Each of these means something to troff, or looks different when it is printed. */
    private static String escape(String text) {
        return text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("\"", "\\(dq")
                .replace("`", "\\(ga").replace("^", "\\(ha").replace("~", "\\(ti");
    }

    private void line(String text) {
        page.append(text).append('\n');
    }
}
