package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.cli.CommandLineHarness.Outcome;
import io.linksocks.json.Json;
import io.linksocks.tls.TestAuthority;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class ServerCommandTest {
    private static final String MADE_UP_TOKEN = "Token: [0-9a-f]{16,}";

    @Test
    void aMadeUpTokenIsPrintedAndTheServerStaysUp() throws Exception {
        assertPrints(List.of(MADE_UP_TOKEN), "server", "-H", "127.0.0.1", "-P", "0");
    }

    @Test
    void madeUpTokensOfReverseModeArePrinted() throws Exception {
        assertPrints(List.of(MADE_UP_TOKEN, "Connector t" + MADE_UP_TOKEN.substring(1)),
                "server", "-r", "-H", "127.0.0.1", "-P", "0", "-p", "0");
        assertPrints(List.of(MADE_UP_TOKEN), "server", "-ra", "-H", "127.0.0.1", "-P", "0");
        assertPrints(List.of("Connector t" + MADE_UP_TOKEN.substring(1)),
                "server", "-r", "-H", "127.0.0.1", "-P", "0", "-p", "0", "-t", "given");
    }

    /** What was not given is made up, as without the key. */
    @Test
    void aTokenGivenBesideAnApiKeyIsKept() throws Exception {
        assertPrints(List.of("Connector t" + MADE_UP_TOKEN.substring(1)),
                "server", "-r", "-H", "127.0.0.1", "-P", "0", "-p", "0", "-t", "given", "-k", "key");
        assertEquals(ExitCode.USAGE, CommandLineHarness.run("server -P 0 -k key -t anonymous").code());
    }

    @Test
    void aClusterNeedsItsKeyAndAUrl() {
        String server = "server -P 0 --cluster etcd://127.0.0.1:1/home";
        assertTrue(CommandLineHarness.run(server).err().contains("--cluster needs --cluster-key"));
        assertTrue(CommandLineHarness.run(server + " --cluster-key no-such-file").err().contains("--cluster needs --node-url"));
        String complete = server + " --node-url ws://localhost --cluster-key no-such-file";
        assertTrue(CommandLineHarness.run(complete).err().contains("no such file"));
        assertTrue(CommandLineHarness.run(complete + " --cluster-user me").err().contains("go together"));
        assertTrue(CommandLineHarness.run(complete.replace("etcd:", "https:")).err().contains("no such file"));
        assertTrue(CommandLineHarness.run(complete + " --cluster-ca ca.pem").err().contains("--cluster-ca needs https://"));
        for (String secured : List.of(complete.replace("etcd:", "https:"), complete.replace("ws:", "wss:"))) {
            assertTrue(CommandLineHarness.run(secured + " --cluster-ca ca.pem").err().contains("no such file"), secured);
        }
        assertEquals(ExitCode.USAGE, CommandLineHarness.run(complete.replace("ws:", "http:")).code());
        for (String wrong : List.of("http://h/x", "etcd://h", "etcd://h/", "etcd://h/a/b", "etcd:///x", "etcd://h:0/x",
                "etcd://u@h/x", "https://h", "https://u@h/x")) {
            assertEquals(ExitCode.USAGE, CommandLineHarness.run(complete.replace("etcd://127.0.0.1:1/home", wrong)).code(),
                    wrong);
        }
    }

    @Test
    void commandsForTheOtherEndArePrinted() throws Exception {
        String url = " -u ws://127\\.0\\.0\\.1:[1-9][0-9]+";
        assertPrints(List.of(MADE_UP_TOKEN, "Client: linksocks client -t [0-9a-f]{16,}" + url),
                "server", "-H", "127.0.0.1", "-P", "0");
        assertPrints(List.of("Provider: linksocks provider -t TOKEN" + url,
                "Connector: linksocks connector -t CONNECTOR_TOKEN" + url),
                "server", "-r", "-H", "127.0.0.1", "-P", "0", "-p", "0", "-t", "given", "-c", "other");
        assertPrints(List.of("Provider: linksocks provider -t TOKEN -c CONNECTOR_TOKEN" + url,
                "Connector: linksocks connector -t CONNECTOR_TOKEN" + url),
                "server", "-ra", "-H", "127.0.0.1", "-P", "0", "-t", "given");
        assertPrints(List.of("Client: linksocks client -t TOKEN -u ws://(?!0\\.0)[0-9.]+:[1-9][0-9]+"),
                "server", "-P", "0", "-t", "given");
    }

    @Test
    void aTokenOfTheEnvironmentIsNamedAndNotPrinted() throws Exception {
        assertPrints(Map.of("LINKSOCKS_TOKEN", "hidden"),
                List.of("Client: linksocks client -t \"\\$LINKSOCKS_TOKEN\" -u ws://127\\.0\\.0\\.1:[0-9]+"),
                "server", "-H", "127.0.0.1", "-P", "0");
    }

    @Test
    void theCommandForTheOtherEndHasTheNameOfTheCertificate(@TempDir Path folder) throws Exception {
        TestAuthority root = new TestAuthority(folder, "root");
        TestAuthority.Issued own = root.issue("own", "tunnel.example");
        assertPrints(
                List.of("Client: linksocks client -t TOKEN -u wss://tunnel\\.example:[0-9]+"),
                "server", "-P", "0", "-t", "given", "--tls-cert", own.certificate().toString(), "--tls-key",
                own.key().toString());
        assertPrints(
                List.of("Client: linksocks client -t TOKEN -u wss://tunnel\\.example:[0-9]+ --cert CERT_FILE --key KEY_FILE"),
                "server", "-P", "0", "-t", "given", "--tls-cert", own.certificate().toString(), "--tls-key", own.key().toString(),
                "--client-ca", root.file().toString());
    }

    private static void assertPrints(List<String> patterns, String... arguments) throws Exception {
        assertPrints(Map.of(), patterns, arguments);
    }

    private static void assertPrints(Map<String, String> environment, List<String> patterns, String... arguments)
            throws Exception {
        try (PipedInputStream printed = new PipedInputStream(); PrintStream out = new PrintStream(
                new PipedOutputStream(printed), true, StandardCharsets.UTF_8)) {
            Terminal terminal = new Terminal(out, new PrintStream(OutputStream.nullOutputStream()), environment);
            CompletableFuture<Integer> code = new CompletableFuture<>();
            Thread server = Thread.ofVirtual().start(() -> code.complete(new CommandLine(terminal).run(arguments)));
            BufferedReader lines = new BufferedReader(new InputStreamReader(printed, StandardCharsets.UTF_8));
            for (String pattern : patterns) {
                String line = lines.readLine();
                assertTrue(line.matches(pattern), line);
            }
            assertFalse(code.isDone());
            server.interrupt();
            assertEquals(ExitCode.OK, code.join());
        }
    }

    @Test
    void aPortInUseIsNamedWithTheFlagToChange() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            Outcome outcome = CommandLineHarness.run(Map.of(), "server", "-H", "127.0.0.1", "-P", port);
            assertEquals(ExitCode.FAILURE, outcome.code());
            assertTrue(outcome.err().contains(port) && outcome.err().contains("-P"), outcome.err());
            assertEquals(1, outcome.err().lines().count(), outcome.err());
            assertEquals("", outcome.out());
        }
    }

    @Test
    void whoReadsJsonIsToldTheEndInJson() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            Outcome outcome = CommandLineHarness.run(Map.of(), "server", "-H", "127.0.0.1", "-P", port, "--log-format", "json");
            assertEquals(ExitCode.FAILURE, outcome.code());
            Map<?, ?> line = (Map<?, ?>) Json.parse(outcome.err());
            assertEquals("ERROR", line.get("level"));
            assertTrue(((String) line.get("message")).matches("linksocks server: .*" + port + ".*-P.*"), outcome.err());
        }
    }

    @Test
    void anAddressThatIsNoneIsNamedWithTheFlagToChange() {
        for (String host : new String[] {"no-such-host.invalid", "192.0.2.1"}) {
            Outcome outcome = CommandLineHarness.run(Map.of(), "server", "-H", host, "-P", "0");
            assertEquals(ExitCode.FAILURE, outcome.code());
            assertTrue(outcome.err().contains(host) && outcome.err().contains("-H"), outcome.err());
            Outcome socks = CommandLineHarness.run(
                    Map.of(), "server", "-H", "127.0.0.1", "-P", "0", "-r", "-s", host, "-p", "0");
            assertEquals(ExitCode.FAILURE, socks.code());
            assertTrue(socks.err().contains(host) && socks.err().contains("-s"), socks.err());
        }
        assertFalse(CommandLineHarness.run("server -H no-such-host.invalid -P 0").err().contains("-P"));
    }

    @Test
    void aTokenThatEverybodyKnowsIsRefused() {
        Outcome outcome = CommandLineHarness.run("server -P 0 -t anonymous");
        assertEquals(ExitCode.USAGE, outcome.code());
        assertTrue(outcome.err().startsWith("linksocks server: -t: "), outcome.err());
    }

    @Test
    void whatIsGivenInVainIsReported() {
        Outcome outcome = CommandLineHarness.run(Map.of("LINKSOCKS_FASTOPEN", "1"), "server", "-P", "0", "-t",
                "anonymous", "--direct-enable", "--direct-rendezvous-port=1", "--connector-wait-provider=1s");
        assertTrue(outcome.err().contains(" INFO  --fast-open (set by LINKSOCKS_FASTOPEN), --connector-wait-provider:"
                + " without effect, because without --reverse there is no SOCKS5 port here\n"), outcome.err());
        assertTrue(outcome.err().contains(" INFO  --direct-enable, --direct-rendezvous-port: without effect, because"
                + " every connection goes through the server\n"), outcome.err());
    }

    @Test
    void whatNeitherAutonomyNorTheApiTakesIsReported() {
        Outcome autonomy = CommandLineHarness.run("server -r -a -t anonymous -c x -i");
        assertTrue(autonomy.err().contains(" INFO  --connector-token, --socks-nowait: without effect, because providers"
                + " choose the tokens of their connectors\n"), autonomy.err());
        Outcome api = CommandLineHarness.run("server -H no-such-host.invalid -k x -r -p 1 -i");
        assertTrue(api.err().contains(" INFO  --reverse, --socks-port: without effect, because without --token tokens come"
                + " by the HTTP API\n"), api.err());
    }

    /** Only a process of its own can be sent a signal; {@link Process#destroy} sends SIGTERM. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aSignalEndsTheProcessInOrder() throws Exception {
        String classes = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        Process server = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", classes, Main.class.getName(), "server", "-H", "127.0.0.1", "-P", "0")
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (BufferedReader out = server.inputReader()) {
            assertTrue(out.readLine().matches(MADE_UP_TOKEN));
            server.destroy();
            assertEquals(ExitCode.OK, server.waitFor());
        } finally {
            server.destroyForcibly();
        }
    }
}
