package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.cli.CommandLineHarness.Outcome;
import io.linksocks.client.LinkSocksClient;
import io.linksocks.json.Json;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.ReverseTokenOptions;
import io.linksocks.server.TokenSettings;
import io.linksocks.session.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(240)
class StatusCommandTest {
    private static final String KEY = "status-key";
    private static final String FORWARD = "forward-token-01";

    @TempDir
    Path folder;

    private LinkSocksServer server;
    private String url;

    @BeforeEach
    void start() throws IOException {
        server = LinkSocksServer.builder().host("127.0.0.1").port(0).apiKey(KEY).build();
        server.start();
        url = "http://127.0.0.1:" + server.port();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Outcome status(String... more) {
        String[] arguments = new String[3 + more.length];
        arguments[0] = "status";
        arguments[1] = "-u";
        arguments[2] = url;
        System.arraycopy(more, 0, arguments, 3, more.length);
        return CommandLineHarness.run(Map.of("LINKSOCKS_API_KEY", KEY), arguments);
    }

    private static void assertFails(int code, Outcome outcome, String... parts) {
        assertEquals(code, outcome.code(), outcome.toString());
        assertEquals("", outcome.out());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
        for (String part : parts) {
            assertTrue(outcome.err().contains(part), outcome.err());
        }
    }

    // --- what it shows -------------------------------------------------------------------------------------------------

    @Test
    void anEmptyServer() {
        Outcome outcome = status();
        assertEquals(ExitCode.OK, outcome.code(), outcome.err());
        List<String> lines = outcome.out().lines().toList();
        assertTrue(lines.getFirst().matches("LinkSocks \\S.* at " + url + ", up for .+ s"), lines.getFirst());
        for (String title : List.of("Tokens", "Clients", "Channels", "Refused")) {
            assertEquals("  none", lines.get(lines.indexOf(title) + 1), outcome.out());
        }
        assertTrue(lines.contains("  dial errors: none"), outcome.out());
    }

    @Test
    void aCertificateThatIsNotCheckedIsToldOnce() {
        assertEquals("", status().err());
        assertEquals("linksocks status: --insecure: the certificate is not checked; anybody in between can read the key\n",
                status("--insecure").err());
    }

    @Test
    void tokensAndAClientWithoutTheirSecrets() throws Exception {
        server.addForwardToken(FORWARD);
        String reverse = server.addReverseToken(ReverseTokenOptions.builder().token("reverse-token-02").build()).token();
        server.addConnectorToken("connector-token-03", reverse);
        try (LinkSocksClient client = LinkSocksClient.builder().url("ws://127.0.0.1:" + server.port()).token(FORWARD)
                .socksPort(0).environmentProxy(false).build()) {
            client.start();
            client.awaitReady(Duration.ofSeconds(30));
            awaitClients(1);
            Outcome outcome = status();
            assertTrue(outcome.out().contains("\n  forw…  forward        1         0     -  -\n"), outcome.out());
            assertTrue(outcome.out().matches("(?s).*\n  reve…  reverse        0         0  +[0-9]+  conn…\n.*"), outcome.out());
            assertTrue(outcome.out().matches("(?s).*\n   1  client  forw…  127\\.0\\.0\\.1:[0-9]+  linksocks-java/\\S+  "
                    + "resume flow fin fair leave  .*"), outcome.out());
            for (String token : List.of(FORWARD, reverse, "connector-token-03", KEY)) {
                assertFalse(outcome.out().contains(token), outcome.out());
            }
            Map<?, ?> json = (Map<?, ?>) Json.parse(status("--json", "--channels", "0").out());
            assertEquals(1L, ((Map<?, ?>) json.get("clients")).get("total"));
            assertEquals(Map.of("total", 0L, "channels", List.of()), json.get("channels"));
            assertTrue(json.get("status").toString().contains(FORWARD));
        }
    }

    @Test
    void aSearchALimitAndAColumnNarrowDownWhatIsShown() throws Exception {
        for (String name : List.of("Ann's laptop", "Ann's phone", "Bob's laptop")) {
            server.changeToken(server.addForwardToken(null), TokenSettings.builder().name(name).build());
        }
        server.addForwardToken(FORWARD);
        try (LinkSocksClient first = connect(); LinkSocksClient second = connect(); LinkSocksClient third = connect()) {
            first.awaitReady(Duration.ofSeconds(30));
            second.awaitReady(Duration.ofSeconds(30));
            third.awaitReady(Duration.ofSeconds(30));
            awaitClients(3);
            assertTrue(status("--limit", "2").out().contains("\nClients (2 of 3)\n"));
            assertTrue(status("--limit", "2", "--sort", "id").out()
                    .matches("(?s).*\nClients \\(2 of 3\\)\n.*\n   3  .*\n   2  .*"));
            assertTrue(status("--search", "ann's & Bob").out().matches("(?s).*\nTokens\n  none\n.*\nClients\n  none\n.*"));
            String found = status("--search", "ANN'S", "--sort", "token").out();
            assertTrue(found.matches("(?s).*\nTokens\n[^\n]*\n  Ann's laptop .*\n  Ann's phone .*\nClients\n  none\n.*"), found);
            Map<?, ?> json = (Map<?, ?>) Json.parse(status("--json", "--limit", "1", "--search", "forw").out());
            assertEquals(1, ((List<?>) ((Map<?, ?>) json.get("clients")).get("clients")).size());
            assertFails(ExitCode.USAGE, status("--json", "--sort", "id"), "--sort and --json exclude each other");
            assertFails(ExitCode.USAGE, status("--sort", "speed"), "'speed' is not one of id, role, token");
        }
    }

    /** A client knows that it is admitted before the server lists it. */
    private void awaitClients(int count) {
        Waiting.until("clients", () -> server.clients().size() == count);
    }

    private LinkSocksClient connect() throws IOException {
        LinkSocksClient client = LinkSocksClient.builder().url("ws://127.0.0.1:" + server.port()).token(FORWARD)
                .socksPort(0).environmentProxy(false).build();
        client.start();
        return client;
    }

    @Test
    void aServerWithManyClientsOrTokensIsShown() throws Exception {
        for (int i = 0; i < 8000; i++) {
            server.addForwardToken("token-number-" + i);
        }
        Outcome outcome = status("--limit", "1");
        assertTrue(outcome.out().contains("\nTokens (1 of 8000)\n"), outcome.toString());
    }

    @Test
    void aClientIsKickedByItsIdAndShownByTheNameOfItsToken() throws Exception {
        server.addForwardToken(FORWARD);
        server.changeToken(FORWARD, TokenSettings.builder().name("Ann's laptop").build());
        try (LinkSocksClient client = LinkSocksClient.builder().url("ws://127.0.0.1:" + server.port()).token(FORWARD)
                .socksPort(0).environmentProxy(false).reconnectDelay(Duration.ofHours(1)).build()) {
            client.start();
            client.awaitReady(Duration.ofSeconds(30));
            awaitClients(1);
            assertTrue(status().out().matches("(?s).*\n  Ann's laptop  forward  .*\n   1  client  Ann's laptop  .*"));
            assertFails(ExitCode.FAILURE, status("--kick", "7"), "no client '7'");
            assertFails(ExitCode.FAILURE, status("--kick", "../token/x"), "no client '../token/x'");
            assertEquals(ExitCode.OK, status("--kick", "1").code());
            assertFails(ExitCode.FAILURE, status("--kick", "1"), "no client '1'");
        }
    }

    @ParameterizedTest
    @CsvSource({"ws, ''", "ws, /socket", "WS, /", "HTTP, /"})
    void theAddressMayBeThatOfTheWebSocket(String scheme, String path) {
        url = scheme + "://127.0.0.1:" + server.port() + path;
        assertEquals(ExitCode.OK, status().code());
    }

    // --- what goes wrong -----------------------------------------------------------------------------------------------

    @Test
    void aMissingKeyIsAskedFor() {
        assertFails(ExitCode.USAGE, CommandLineHarness.run(Map.of(), "status", "-u", url), "-k", "LINKSOCKS_API_KEY");
    }

    @Test
    void aWrongKeyIsNotRepeated() {
        Outcome outcome = status("-k", "wrong-key");
        assertFails(ExitCode.FAILURE, outcome, url, "-k", "LINKSOCKS_API_KEY");
        assertFalse(outcome.err().contains("wrong-key"));
    }

    @Test
    void aKeyThatNoHeaderCarriesIsNotRepeated() {
        Outcome outcome = status("-k", "wrong\nkey");
        assertFails(ExitCode.FAILURE, outcome, "can't be sent");
        assertFalse(outcome.err().contains("wrong"));
    }

    @Test
    void tooManyWrongKeysAreToldApart() {
        int guesses = 0;
        Outcome outcome;
        do { // The pause is so short that a slow machine may miss it.
            assertEquals(ExitCode.FAILURE, status("-k", "wrong-key-" + guesses++).code());
            outcome = status();
        } while (outcome.code() == ExitCode.OK);
        assertFails(ExitCode.FAILURE, outcome, "too many", "wait a minute");
        assertTrue(guesses >= 10, guesses + " guesses");
    }

    @Test
    void aServerWithoutApiIsToldApart() throws IOException {
        try (LinkSocksServer other = LinkSocksServer.builder().host("127.0.0.1").port(0).build()) {
            other.start();
            url = "http://127.0.0.1:" + other.port();
            assertFails(ExitCode.FAILURE, status(), url, "no API", "-k");
        }
    }

    @Test
    void nobodyThere() {
        url = "http://127.0.0.1:1";
        assertFails(ExitCode.FAILURE, status(), url, "is the server running", "-u");
    }

    @Test
    void noTlsThere() {
        url = "https://127.0.0.1:" + server.port();
        assertFails(ExitCode.FAILURE, status(), url, "does not speak TLS", "http://");
    }

    @ParameterizedTest
    @CsvSource({"'HTTP/1.1 200 OK', x, no JSON", "'HTTP/1.1 200 OK', [], something else", "'HTTP/1.1 502 Bad', {}, 502",
        "what?, x, is it a LinkSocks server"})
    void somethingElseThere(String statusLine, String body, String complaint) throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            url = "http://127.0.0.1:" + other.getLocalPort();
            Thread answer = Thread.ofVirtual().start(() -> answer(other, statusLine, body));
            assertFails(ExitCode.FAILURE, status(), url, complaint);
            answer.join();
        }
    }

    private static void answer(ServerSocket listener, String statusLine, String body) {
        try (Socket socket = listener.accept()) {
            socket.getInputStream().read();
            socket.getOutputStream().write((statusLine + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                    .getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"ftp://a, scheme", "http://, Expected authority", "http:///x, no host", "'http://a b', Illegal",
        "http://a:0, not between 1 and 65535", "http://a:65536, not between 1 and 65535"})
    void anAddressThatIsNoneIsRefused(String text, String why) {
        url = text;
        assertFails(ExitCode.USAGE, status(), text, why, "http://localhost:8765");
    }

    @Test
    void aUserInTheAddressIsRefusedWithoutThePassword() {
        url = "http://me:hunter2@127.0.0.1:" + server.port();
        Outcome outcome = status();
        assertFails(ExitCode.USAGE, outcome, "a user has no place in it", "-k");
        assertFalse(outcome.err().contains("hunter2"), outcome.err());
    }

    /** The JDK's client would ask for one address of a name only, and for no name with an underscore. */
    @ParameterizedTest
    @CsvSource({"two.example", "my_server"})
    void anyAddressOfTheNameThatAnswersWillDo(String name) throws Exception {
        Path hosts = Files.writeString(folder.resolve("hosts"),
                "127.0.0.9 two.example my_server\n127.0.0.1 two.example my_server\n");
        String classes = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        Process status = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djdk.net.hosts.file=" + hosts, "-cp", classes, Main.class.getName(), "status", "-k", KEY,
                "-u", "http://" + name + ":" + server.port()).redirectErrorStream(true).start();
        String output = new String(status.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(ExitCode.OK, status.waitFor(), output);
        assertTrue(output.contains(" at http://" + name + ":" + server.port() + ", up for "), output);
    }
}
