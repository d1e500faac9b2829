package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
    private static final Path FOLDER = Path.of("folder");

    private static Config read(String text) throws UsageException {
        return ConfigReader.read(text, FOLDER);
    }

    private static List<String> problems(String text) {
        return assertThrows(UsageException.class, () -> read(text), text).problems();
    }

    /** A value of the option's type other than its default, as JSON has it. */
    private static Object sample(Option option) {
        return switch (option.type()) {
            case ValueType.Switch type -> true;
            case ValueType.Count type -> 2L;
            case ValueType.Whole type -> type.min() + 1L;
            case ValueType.Text type -> "socks5://text";
            case ValueType.Token type -> "token#AAECAwQFBgcICQoLDA0ODw";
            case ValueType.TextList type -> List.of("one", "two, three");
            case ValueType.Size type -> type.min() + 1L;
            case ValueType.PeriodRange type -> "1ms-" + Quantity.duration(type.max());
            case ValueType.Period type -> Quantity.duration(type.max());
            case ValueType.Choice type -> type.words().getLast();
        };
    }

    private static void addFlags(List<String> line, Option option, Object json) {
        for (Object value : json instanceof List<?> list ? list : List.of(json)) {
            line.add(option.spelled() + "=" + value);
        }
    }

    /** Whatever an option is, in a file it means what it means on a command line; several tunnels have no standard input. */
    @ParameterizedTest
    @CsvSource({"server", "client", "provider", "connector"})
    void everyOptionIsAKey(String command) throws Exception {
        OptionTable table = Commands.named(command).table().without(CommonOptions.COMMON.with(ClientCommand.STDIO));
        for (Option option : table.options()) {
            Object json = sample(option);
            Config config = read(Json.write(Map.of(command + "s", Map.of("x", Map.of(option.name(), json)))));
            List<String> line = new ArrayList<>();
            addFlags(line, option, json);
            OptionValues typed = OptionParser.parse("client", table, line, CommandLineHarness.terminal(Map.of()));
            OptionValues read = config.tunnels().getFirst().values();
            assertTrue(typed.sameAs(read), option.name());
            assertTrue(read.isGiven(option), option.name());
            OptionValues none = OptionParser.parse("client", table, List.of(), CommandLineHarness.terminal(Map.of()));
            assertFalse(typed.sameAs(none), option.name());
        }
    }

    @Test
    void theLogIsThatOfTheProcess() throws UsageException {
        Config config = read("{\"debug\": 2, \"log-format\": \"text\"}");
        assertEquals(2, config.process().count(CommonOptions.DEBUG));
        assertEquals("text", config.process().text(CommonOptions.LOG_FORMAT));
        assertEquals("text", read("{}").process().text(CommonOptions.LOG_FORMAT));
        assertEquals(List.of(), read("{}").tunnels());
    }

    @Test
    void whoConnectsStartsLast() throws UsageException {
        Config config = read("""
                {"clients": {"b": {}, "a": {}}, "connectors": {"c": {}}, "providers": {"p": {}}, "servers": {"s": {}}}""");
        assertEquals(List.of("servers.s", "providers.p", "connectors.c", "clients.b", "clients.a"), config.names());
    }

    @Test
    void filesAreLookedForBesideThatOne() throws Exception {
        OptionValues values = read("{\"servers\": {\"s\": {\"token-file\": \"a\", \"tls-cert\": \"/b\"}}}")
                .tunnels().getFirst().values();
        assertEquals(FOLDER.resolve("a"), values.file(ServerCommand.TOKEN_FILE));
        assertEquals(Path.of("/b"), values.file(ServerCommand.TLS_CERT));
    }

    @Test
    void aSingleTextIsAListOfOne() throws UsageException {
        assertEquals(List.of("ws://a"), read("{\"clients\": {\"a\": {\"url\": \"ws://a\"}}}").tunnels().getFirst().values()
                .list(ClientCommand.URL));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "``                                     | "
                + "line 1: the file is empty; it must be an object, like {\"clients\": {\"home\": {\"token\": \"my-token\"}}}",
        "[]                                     | "
                + "line 1: must be an object, like {\"clients\": {\"home\": {\"token\": \"my-token\"}}}",
        "{;\"client\": {}}                      | line 2: client: unknown; the nearest is clients",
        "{;\"debgu\": 1}                        | line 2: debgu: unknown; the nearest is debug",
        "{\"debug\": true}                      | line 1: debug: must be a whole number, not true",
        "{\"clients\": []}                      | line 1: clients: must be an object of names and tunnels",
        "{\"clients\": {;\"a\": 1}}             | line 2: clients.a: must be an object of options and their values",
        "{\"clients\": {;\"a b\": {}}}          | "
                + "line 2: clients.a b: a name has letters, digits, and '.', '_', '-', 64 at the most",
        "{\"clients\": {\"a\": {;;\"socks_port\": 1}}} | line 3: clients.a.socks_port: unknown; the nearest is socks-port",
        "{\"clients\": {\"a\": {\"ws-port\": 1}}}  | line 1: clients.a.ws-port: unknown; linksocks help client lists all",
        "{\"clients\": {\"a\": {\"debug\": 1}}} | "
                + "line 1: clients.a.debug: concerns all tunnels: it belongs to the top of the file",
        "{\"clients\": {\"a\": {\"socks-port\": \"1\"}}} | line 1: clients.a.socks-port: must be a whole number, not a string",
        "{\"clients\": {\"a\": {\"socks-port\": 1.0}}} | "
                + "line 1: clients.a.socks-port: must be a whole number, not a number with a fraction or an exponent",
        "{\"clients\": {\"a\": {\"socks-port\": 70000}}} | line 1: clients.a.socks-port: '70000' is not between 0 and 65535",
        "{\"clients\": {\"a\": {\"socks-port\": 9223372036854775807}}} | "
                + "line 1: clients.a.socks-port: '9223372036854775807' is not a whole number from 0 to 65535",
        "{\"clients\": {\"a\": {\"fast-open\": \"true\"}}} | line 1: clients.a.fast-open: must be true or false, not a string",
        "{\"clients\": {\"a\": {\"token\": 5318008}}} | line 1: clients.a.token: must be a string, not a number",
        "{\"clients\": {\"a\": {\"token\": null}}} | line 1: clients.a.token: must be a string, not null",
        "{\"clients\": {\"a\": {\"token\": \"\"}}} | line 1: clients.a.token: is empty; leave it out instead",
        "{\"clients\": {\"a\": {\"url\": []}}} | line 1: clients.a.url: is empty; leave it out instead",
        "{\"clients\": {\"a\": {\"url\": [[]]}}} | line 1: clients.a.url: must be a string or an array of strings, not an array",
        "{\"clients\": {\"a\": {\"url\": {}}}} | line 1: clients.a.url: must be a string or an array of strings, not an object",
        "{\"clients\": {\"a\": {\"resume-timeout\": 60}}} | line 1: clients.a.resume-timeout: must be a string, not a number",
        "{\"clients\": {\"a\": {\"resume-timeout\": \"60\"}}} | "
                + "line 1: clients.a.resume-timeout: '60' is not a length of time like 500ms, 5s, 1m or 1h30m; the nearest is "
                + "60s",
        "{\"clients\": {\"a\": {\"socks-nowait\": true,;\"socks-no-wait\": true}}} | "
                + "line 2: clients.a.socks-no-wait: the same as --socks-no-wait, which is there already",
    })
    void errorsNameLineAndKey(String text, String problem) {
        assertEquals(List.of(problem), problems(text.replace(';', '\n')));
    }

    @Test
    void errorsAreToldTogetherInTheirOrder() {
        assertEquals(List.of("line 1: clients.a.tokn: unknown; the nearest is token",
                "line 2: debgu: unknown; the nearest is debug",
                "line 3: servers.b.ws-prt: unknown; the nearest is ws-port"), problems("""
                {"clients": {"a": {"tokn": 1}},
                 "debgu": 1,
                 "servers": {"b": {"ws-prt": 1}}}"""));
        String wrong = IntStream.range(0, 50).mapToObj(i -> "\"n" + i + "\": 1").collect(Collectors.joining(", "));
        assertEquals(20, problems("{\"clients\": {" + wrong + "}}").size());
    }

    @Test
    void errorsRepeatNoSecret() {
        for (String key : List.of("token", "connector-token", "socks-password", "header", "upstream-proxy")) {
            String secret = "s3cr3t".repeat(2000);
            assertFalse(problems("{\"clients\": {\"a\": {\"" + key + "\": \"" + secret + "\"}}}").toString()
                    .contains("s3cr3t"), key);
        }
    }
}
