package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.cli.CommandLineHarness.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables against the reference's command line, and every promise that a table makes for its rows. */
class OptionTableTest {
    private static final Set<String> SECRETS = Set.of("token", "connector-token", "socks-password", "api-key",
            "upstream-proxy", "proxy", "header");

    private static List<String> commands() {
        return Commands.NAMES;
    }

    private static Set<String> shortForms(OptionTable table) {
        Set<String> forms = new TreeSet<>();
        for (Option option : table.options()) {
            if (option.letter() != Option.NO_LETTER) {
                forms.add(option.letter() + " " + option.name());
            }
        }
        return forms;
    }

    private static Set<String> variables(OptionTable table) {
        Set<String> names = new TreeSet<>();
        for (Option option : table.options()) {
            if (option.variable() != null) {
                names.add(option.variable().replace("LINKSOCKS_", ""));
            }
        }
        return names;
    }

    @Test
    void shortFormsOfTheServer() {
        assertEquals(Set.of("t token", "H ws-host", "P ws-port", "r reverse", "s socks-host", "p socks-port",
                "c connector-token", "a connector-autonomy", "n socks-username", "w socks-password", "i socks-nowait",
                "k api-key", "b buffer-size", "x upstream-proxy", "f fast-open", "d debug", "h help"),
                shortForms(new ServerCommand().table()));
    }

    @Test
    void shortFormsOfTheClient() {
        assertEquals(Set.of("t token", "u url", "r reverse", "c connector-token", "s socks-host", "p socks-port",
                "n socks-username", "w socks-password", "i socks-no-wait", "R no-reconnect", "T threads",
                "b buffer-size", "x upstream-proxy", "f fast-open", "E no-env-proxy", "d debug", "h help"),
                shortForms(ClientCommand.TABLE));
    }

    @Test
    void longFormsOfTheReference() {
        for (String name : List.of("connector-wait-provider", "direct-enable", "direct-rendezvous-udp",
                "direct-rendezvous-host", "direct-rendezvous-port", "access-rule")) {
            assertEquals(name, new ServerCommand().table().named(name).name());
        }
        for (String name : List.of("retry-auth", "direct-mode", "direct-discovery", "direct-host-candidates",
                "stun-server", "direct-only-action", "direct-upnp", "direct-upnp-lease", "direct-upnp-keep",
                "direct-upnp-external-port", "access-rule")) {
            assertEquals(name, ClientCommand.TABLE.named(name).name());
        }
    }

    @Test
    void variablesOfTheReference() {
        Set<String> server = variables(new ServerCommand().table());
        assertTrue(server.containsAll(Set.of("TOKEN", "WEBSOCKET_HOST", "WEBSOCKET_PORT", "SOCKS_HOST", "SOCKS_PORT",
                "CONNECTOR_TOKEN", "CONNECTOR_AUTONOMY", "SOCKS_USERNAME", "SOCKS_PASSWORD", "API_KEY", "UPSTREAM_PROXY",
                "FASTOPEN")),
                server.toString());
        Set<String> client = variables(ClientCommand.TABLE);
        assertTrue(client.containsAll(Set.of("TOKEN", "URL", "SOCKS_HOST", "SOCKS_PORT", "CONNECTOR_TOKEN", "SOCKS_USERNAME",
                "SOCKS_PASSWORD", "UPSTREAM_PROXY", "FASTOPEN", "RETRY_AUTH")), client.toString());
    }

    /** But for those whose variable the reference names in another way. */
    @Test
    void everyOptionThatDoesSomethingHasAVariableNamedLikeIt() throws UsageException {
        Set<String> without = new TreeSet<>();
        Set<String> unusual = new TreeSet<>();
        for (String name : commands()) {
            for (Option option : Commands.named(name).table().effective()) {
                if (option.variable() == null) {
                    without.add(name + " " + option.name());
                } else if (!option.hasUsualVariable()) {
                    unusual.add(option.variable() + " " + option.name());
                }
            }
        }
        without.removeIf(option -> option.endsWith(" help"));
        assertEquals(Set.of("demo once", "run check", "status channels", "status json", "status kick", "status limit",
                "status search", "status sort"), without);
        assertEquals(Set.of("LINKSOCKS_WEBSOCKET_HOST ws-host", "LINKSOCKS_WEBSOCKET_PORT ws-port",
                "LINKSOCKS_FASTOPEN fast-open"),
                unusual);
    }

    @Test
    void aVariableHasTheOccurrencesOfARepeatableOptionOneALine() throws UsageException {
        OptionValues values = OptionParser.parse("server", new ServerCommand().table(), List.of(), CommandLineHarness.terminal(
                Map.of("LINKSOCKS_DENY_RULE", "10.0.0.0/8:*\n\n  *.example.com  \n", "LINKSOCKS_NODE_DIR", "nodes",
                        "LINKSOCKS_DRAIN", "1m")));
        assertEquals(List.of("10.0.0.0/8:*", "*.example.com"), values.list(CommonOptions.DENY_RULE));
        assertEquals("nodes " + Duration.ofMinutes(1), values.text(ServerCommand.NODE_DIR) + " "
                + values.duration(ServerCommand.DRAIN));
    }

    @Test
    void defaultsOfTheReference() throws UsageException {
        Terminal terminal = CommandLineHarness.terminal(Map.of());
        OptionValues server = OptionParser.parse("server", new ServerCommand().table(), List.of(), terminal);
        assertEquals("0.0.0.0:8765", server.text(ServerCommand.WS_HOST) + ":" + server.number(ServerCommand.WS_PORT));
        assertEquals(1 << 20, server.number(CommonOptions.BUFFER_SIZE));
        OptionValues client = OptionParser.parse("client", ClientCommand.TABLE, List.of(), terminal);
        assertEquals(List.of("ws://localhost:8765"), client.list(ClientCommand.URL));
        assertEquals("127.0.0.1:9870",
                client.text(CommonOptions.SOCKS_HOST) + ":" + client.number(CommonOptions.SOCKS_PORT));
        assertEquals(1, client.number(ClientCommand.THREADS));
        assertEquals("PT5S", client.duration(ClientCommand.RECONNECT_DELAY).toString());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpListsEveryOptionWithItsVariableAndDefault(String name) throws UsageException {
        Outcome outcome = CommandLineHarness.run(name + " --help");
        assertEquals(ExitCode.OK, outcome.code());
        assertEquals("", outcome.err());
        String flat = outcome.out().replaceAll("\\s+", " ");
        for (Option option : Commands.named(name).helpTable().options()) {
            assertTrue(flat.contains(" " + option.spelled() + " "), option.name());
            assertTrue(option.letter() == Option.NO_LETTER
                    || flat.contains(" -" + option.letter() + ", " + option.spelled()), option.name());
            assertTrue(option.variable() == null || flat.contains("[" + option.variable() + "]")
                    || option.hasUsualVariable() && flat.contains("Each option has a variable that stands in for it"),
                    option.name());
            assertTrue(option.fallback() == null || flat.contains("[default: " + option.fallback() + "]"),
                    option.name());
        }
        assertTrue(outcome.out().contains("\nExamples:\n  "));
        assertTrue(outcome.out().lines().allMatch(line -> line.length() <= 80), outcome.out());
        assertEquals(outcome.out(), CommandLineHarness.run("help " + name).out());
    }

    @Test
    void helpOfACheckLacksWhatItTakesAndDoesNotLookAt() throws UsageException {
        String check = CommandLineHarness.run("help check").out();
        for (String option : List.of("--socks-port", "--forward", "--stdio", "--standby", "--threads", "--direct-mode")) {
            assertTrue(!check.contains(option), option);
            assertTrue(Commands.named("check").table().named(option.substring(2)) != null, option);
        }
        assertTrue(check.contains("--token ") && check.contains("--proxy ") && check.contains("--no-resume"), check);
    }

    @Test
    void helpOfARoleLacksTheOptionsOfOthers() {
        String provider = CommandLineHarness.run("help provider").out();
        String connector = CommandLineHarness.run("help connector").out();
        for (String socks : List.of("--socks-port", "--socks-no-wait", "--forward", "--fast-open")) {
            assertTrue(!provider.contains(socks) && connector.contains(socks), socks);
        }
        for (String reach : List.of("--connector-token", "--upstream-proxy")) {
            assertTrue(provider.contains(reach) && !connector.contains(reach), reach);
        }
        assertTrue(CommandLineHarness.run("help client").out().contains("--reverse"));
        assertTrue(!provider.contains("--reverse") && !connector.contains("--reverse"), provider);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void namesAndLettersAreUnique(String name) throws UsageException {
        List<String> names = new ArrayList<>();
        for (Option option : Commands.named(name).table().options()) {
            names.addAll(option.names());
            if (option.letter() != Option.NO_LETTER) {
                names.add("-" + option.letter());
            }
        }
        assertEquals(names.size(), new HashSet<>(names).size(), names.toString());
        assertTrue(names.contains("help"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void whatMayHoldASecretIsMarked(String name) throws UsageException {
        for (Option option : Commands.named(name).table().options()) {
            boolean secret = SECRETS.contains(option.name());
            assertEquals(secret, option.secret(), option.name());
        }
    }
}
