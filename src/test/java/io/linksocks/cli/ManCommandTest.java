package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.cli.CommandLineHarness.Outcome;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The manual against the tables; its form is checked by the smoke tests, with the programs that read it. */
class ManCommandTest {
    private static final Set<String> MACROS = Set.of(".TH", ".SH", ".SS", ".TP", ".B", ".I", ".EX", ".EE");
    private static String page;

    @BeforeAll
    static void print() {
        Outcome outcome = CommandLineHarness.run("man");
        assertEquals(ExitCode.OK, outcome.code(), outcome.err());
        page = outcome.out();
    }

    private static Iterable<Commands.Group> groups() throws UsageException {
        return Commands.groups();
    }

    /** As a reader sees it. */
    private static String plain(String text) {
        return text.replaceAll("\\\\f[BIR]", "").replace("\\-", "-").replace("\\(aq", "'").replace("\\(dq", "\"")
                .replace("\\(ti", "~").replace("\\(ha", "^").replace("\\(ga", "`").replace("\\e", "\\");
    }

    @ParameterizedTest
    @MethodSource("groups")
    void hasEveryOptionOfTheHelpPage(Commands.Group group) {
        String section = plain(page.substring(page.indexOf("\n.SH OPTIONS OF " + group.names(", ") + "\n") + 1));
        section = section.substring(0, section.indexOf("\n.SH "));
        for (Option option : group.table().options()) {
            String entry = (option.letter() == Option.NO_LETTER ? "" : "-" + option.letter() + ", ") + option.spelled()
                    + (option.placeholder().isEmpty() ? "" : " " + option.placeholder()) + "\n" + option.help();
            assertTrue(section.contains("\n.TP\n" + entry), entry);
        }
    }

    @ParameterizedTest
    @MethodSource("groups")
    void hasEveryCommandExampleAndVariable(Commands.Group group) {
        String text = plain(page);
        for (Command command : group.commands()) {
            assertTrue(text.contains("\n.TP\n" + command.name() + " [options]"), command.name());
            command.examples().forEach(example -> assertTrue(text.contains("\n" + example + "\n"), example));
        }
        for (Option option : group.table().options()) {
            assertTrue(option.variable() == null || text.contains("\n.TP\n" + option.variable() + "\n"), option.name());
        }
    }

    @Test
    void onlyMacrosBeginWithADot() {
        page.lines().filter(line -> line.startsWith(".") || line.startsWith("'"))
                .forEach(line -> assertTrue(MACROS.contains(line.split(" ")[0]), line));
    }
}
