package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.cli.CommandLineHarness.Outcome;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts against the tables; what shells make of them is checked by the smoke tests, in real ones. */
class CompletionCommandTest {
    private static String script(String shell) {
        Outcome outcome = CommandLineHarness.run("completion " + shell);
        assertEquals(ExitCode.OK, outcome.code(), outcome.err());
        assertEquals("", outcome.err());
        return outcome.out();
    }

    /** Everything in the text that the pattern's group finds. */
    private static Set<String> found(String pattern, String text) {
        Set<String> all = new TreeSet<>();
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        while (matcher.find()) {
            all.add(matcher.group(1));
        }
        return all;
    }

    private static Set<String> optionsThatWork() throws UsageException {
        Set<String> names = new TreeSet<>(Set.of("version"));
        for (Commands.Group group : Commands.groups()) {
            group.table().effective().forEach(option -> names.add(option.name()));
        }
        return names;
    }

    @ParameterizedTest
    @CsvSource({"bash, --([a-z0-9-]+)", "zsh, --([a-z0-9-]+)[=\\[}]", "fish, '\" (?:-s . )?-l ([a-z0-9-]+)'"})
    void allOptionsThatWorkAndNoOthers(String shell, String pattern) throws UsageException {
        assertEquals(optionsThatWork(), found(pattern, script(shell)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void allCommands(String shell) {
        String script = script(shell);
        for (String command : Commands.NAMES) {
            assertTrue(Pattern.compile("\\b" + command + "\\b").matcher(script).find(), command);
        }
    }

    @Test
    void commandsWithOneTableShareTheirOptions() throws UsageException {
        List<String> names = Commands.groups().stream().map(group -> group.names(" ")).toList();
        assertTrue(names.contains("client provider connector check"), names.toString());
        assertEquals(Set.copyOf(Commands.NAMES), Set.of(String.join(" ", names).split(" ")));
    }

    @ParameterizedTest
    @CsvSource({
        "bash, '--tls-cert\\|--tls-key[^)]*\\) words=.. files=yes'",
        "zsh, '--tls-cert=\\[[^\\]]*\\]:FILE:_files'",
        "fish, ' -l tls-cert -r -F '",
    })
    void filesAreOfferedWhereTheHelpPageSaysSo(String shell, String pattern) {
        assertTrue(Pattern.compile(pattern).matcher(script(shell)).find());
    }

    @ParameterizedTest
    @CsvSource({"bash, words='text json'", "zsh, :FORMAT:(text json)", "fish, -l log-format -r -f -a 'text json'"})
    void wordsAreOfferedForAChoice(String shell, String text) {
        assertTrue(script(shell).contains(text));
    }

    @Test
    void whatAShellWouldTakeApartIsQuoted() {
        assertTrue(script("fish").contains("how long a connector\\'s request"));
        assertTrue(script("zsh").contains("how long a connector'\\''s request"));
        assertTrue(script("zsh").contains("\\[user:password@\\]host"));
    }

    @Test
    void neitherShellNorGuess() {
        for (String line : List.of("completion", "completion ksh")) {
            Outcome outcome = CommandLineHarness.run(line);
            assertEquals(ExitCode.USAGE, outcome.code());
            assertTrue(outcome.err().contains("zsh"), outcome.err());
            assertFalse(outcome.out().contains("linksocks"));
        }
    }
}
