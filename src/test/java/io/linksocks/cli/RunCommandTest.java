package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.cli.CommandLineHarness.Outcome;
import io.linksocks.tls.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(240)
class RunCommandTest {
    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("tunnels.json");
    }

    private Outcome check(String text) throws IOException {
        Files.writeString(file(), text);
        return CommandLineHarness.run(Map.of(), "run", "--check", file().toString());
    }

    /** What is wrong, without who says it of which file. */
    private List<String> problems(String text) throws IOException {
        Outcome outcome = check(text);
        assertEquals(ExitCode.USAGE, outcome.code(), outcome.out());
        assertEquals("", outcome.out());
        String prefix = "linksocks run: " + file() + ": ";
        return outcome.err().lines().filter(line -> line.startsWith("linksocks"))
                .map(line -> line.startsWith(prefix) ? line.substring(prefix.length()) : line).toList();
    }

    @Test
    void aCheckOpensNoPort() throws Exception {
        TestAuthority authority = new TestAuthority(folder, "authority");
        TestAuthority.Issued issued = authority.issue("server", "localhost");
        Files.writeString(folder.resolve("tokens"), "reverse a 9870\nforward b\n");
        Files.writeString(folder.resolve("token"), "b\n");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Outcome outcome = check("""
                    // all in use
                    {
                      "servers": {
                        "a": {"ws-host": "127.0.0.1", "ws-port": PORT, "token-file": "tokens",
                            "tls-cert": "CERT", "tls-key": "KEY"},
                        "b": {"ws-port": 0, "reverse": true, "socks-nowait": true, "socks-port": PORT, "socks-host": "127.0.0.2"},
                      },
                      "clients": {"c": {"token-file": "token", "ca": "CA", "socks-host": "::1", "socks-port": PORT}},
                    }""".replace("PORT", Integer.toString(taken.getLocalPort())).replace("CERT", issued.certificate().toString())
                    .replace("KEY", issued.key().toString()).replace("CA", authority.file().toString()));
            assertEquals(ExitCode.OK, outcome.code(), outcome.err());
            assertEquals(file() + " is valid: servers.a, servers.b, clients.c\n", outcome.out());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"servers\": {;\"a\": {\"tls-cert\": \"x\"}}}         | line 2: servers.a: --tls-cert and --tls-key go together",
        "{\"servers\": {\"a\": {;\"token\": \"anonymous\"}}}   | "
                + "line 2: servers.a.token: \"anonymous\" can't be a token: it is easy to guess; choose another",
        "{\"servers\": {\"a\": {\"reverse\": true, \"token\": \"s3cr3t\",;\"connector-token\": \"s3cr3t\"}}} | "
                + "line 2: servers.a.connector-token: token already exists",
        "{\"servers\": {\"a\": {\"socks-username\": \"x\"}}} | "
                + "line 1: servers.a: --socks-username and --socks-password (LINKSOCKS_SOCKS_PASSWORD) go together",
        "{\"servers\": {\"a\": {\"token-file\": \"none\"}}} | line 1: servers.a: FOLDER/none: no such file",
        "{\"servers\": {\"a\": {\"token-file\": \"tunnels.json\"}}} | "
                + "line 1: servers.a: FOLDER/tunnels.json: line 1: expected \"forward TOKEN\", \"reverse TOKEN [PORT]\" or "
                + "\"connector TOKEN REVERSE_TOKEN\"",
        "{\"servers\": {\"a\": {;\"upstream-proxy\": \"ftp://u:s3cr3t@h\"}}} | "
                + "line 2: servers.a.upstream-proxy: invalid upstream proxy \"ftp://h\": the scheme must be socks5 or http; "
                + "write it like socks5://user:password@127.0.0.1:1080 or http://127.0.0.1:8080",
        "{\"clients\": {\"a\": {;;\"url\": [\"a\", \"ftp://b\"]}}} | "
                + "line 3: clients.a.url: invalid server URL \"ftp://b\": the scheme must be ws, wss, http or https; write it "
                + "like wss://example.com or ws://127.0.0.1:8765",
        "{\"clients\": {\"a\": {;\"sni\": \"a..b\"}}} | line 2: clients.a.sni: the value is no host name",
        "{\"clients\": {\"a\": {;\"header\": \"s3cr3t\"}}} | "
                + "line 2: clients.a.header: the value is not of the form 'Name: value'",
        "{\"clients\": {\"a\": {;\"deny-rule\": \"1.2.3.4.5\"}}} | "
                + "line 2: clients.a.deny-rule: \"1.2.3.4.5\" is not of the form ADDR:PORT, with brackets around an IPv6 address",
        "{\"clients\": {\"a\": {\"ca\": \"none\"}}} | line 1: clients.a: there is no file FOLDER/none",
        "{\"clients\": {\"a\": {\"token-file\": \"none\"}}} | line 1: clients.a: FOLDER/none: no such file",
        "{\"clients\": {\"a\": {\"direct-mode\": \"direct-only\"}}} | "
                + "line 1: clients.a: not available yet: --direct-mode direct-only; every connection goes through the server, "
                + "use --direct-mode relay-only",
        "{\"clients\": {\"a\": {},;\"b\": {}}} | line 2: clients.b.socks-port: 9870 is that of clients.a already",
        "{\"servers\": {\"a\": {\"ws-port\": 9870}},;\"connectors\": {\"b\": {;\"socks-port\": 9870}}} | "
                + "line 3: connectors.b.socks-port: 9870 is that of servers.a already",
        "{\"servers\": {\"a\": {\"reverse\": true, \"ws-port\": 9870}}} | "
                + "line 1: servers.a.socks-port: 9870 is that of servers.a already",
        "{\"providers\": {\"a\": {\"metrics\": \"9100\"},;\"b\": {\"metrics\": \"127.0.0.1:9100\"}}} | "
                + "line 2: providers.b.metrics: 9100 is that of providers.a already",
        "{\"providers\": {\"a\": {;\"metrics\": \"x\"}}} | "
                + "line 2: providers.a.metrics: 'x' is no address to listen on; write it like 9100, 127.0.0.1:9100 or [::1]:9100",
        "{\"debug\": | line 1, column 10, at or behind \"debug\": unexpected end",
    })
    void aCheckNamesWhatIsWrongAndWhere(String text, String problem) throws IOException {
        List<String> problems = problems(text.replace(';', '\n'));
        assertEquals(List.of(problem.replace("FOLDER", folder.toString())), problems);
        assertFalse(problems.toString().contains("s3cr3t"));
    }

    @Test
    void whereThereIsNoFile() {
        String missing = folder.resolve("none").toString();
        assertEquals(new Outcome(ExitCode.USAGE, "", "linksocks run: " + missing + ": no such file\n"),
                CommandLineHarness.run(Map.of(), "run", missing));
        assertEquals(ExitCode.USAGE, CommandLineHarness.run(Map.of(), "run", folder.toString()).code());
        assertEquals(new Outcome(ExitCode.USAGE, "", "linksocks run: a file is missing: linksocks run FILE\n"),
                CommandLineHarness.run("run"));
    }

    @Test
    void problemsOfTheFileAreJsonWhereTheLogIs() {
        String missing = folder.resolve("none").toString();
        Outcome outcome = CommandLineHarness.run(Map.of(), "run", "--log-format", "json", missing);
        assertEquals(ExitCode.USAGE, outcome.code());
        assertTrue(outcome.err().matches("\\{.*\"level\":\"ERROR\".*none: no such file\"}\n"), outcome.err());
    }

    @Test
    void whatIsNoText() throws IOException {
        Files.write(file(), new byte[] {'{', (byte) 0xFF, '}'});
        assertEquals("linksocks run: " + file() + ": not UTF-8 text\n", CommandLineHarness.run("run " + file()).err());
        Files.write(file(), new byte[(1 << 20) + 1]);
        assertEquals("linksocks run: " + file() + ": longer than 1048576 bytes\n", CommandLineHarness.run("run " + file()).err());
    }

    @Test
    void whatIsGivenInVainIsReportedUnderTheNameOfItsTunnel() throws IOException {
        String log = check("{\"clients\": {\"a\": {\"connector-token\": \"x\", \"direct-upnp\": true}}}").err();
        assertTrue(log.contains(" INFO  clients.a: --connector-token: without effect, because this is no provider\n"), log);
        assertTrue(log.contains(" INFO  clients.a: --direct-upnp: without effect,"), log);
    }

    /** And by a start only once. */
    @Test
    void aCheckWarnsOfWhatAStartWarnsOf() throws IOException {
        Files.writeString(folder.resolve("tokens"), "# none yet\n");
        String log = check("""
                {
                  "servers": {"s": {"token-file": "tokens", "socks-port": 9000},
                              "t": {"ws-port": 8766, "socks-port": 8080, "balance": "sticky"}},
                  "clients": {"c": {"insecure": true}},
                }
                """).err();
        assertEquals(List.of(
                "INFO  servers.s: --socks-port: without effect, because without --token tokens come from the file",
                "WARN  servers.s: " + folder.resolve("tokens") + ": there are no tokens in it; it is read again when it changes",
                "INFO  servers.t: --socks-port, --balance: without effect, because without --reverse there is no SOCKS5 port "
                        + "here; the port for clients is --ws-port",
                "WARN  clients.c: --insecure: certificates are not checked; anybody in between can read and change all traffic"),
                log.lines().map(line -> line.replaceFirst("^\\S+(?: \\S+)? (?=INFO|WARN)", "")).toList());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void secretsForEverybodyToReadAreReported() throws IOException {
        String text = "{\"clients\": {\"a\": {\"token\": \"x\"}}}";
        Files.writeString(file(), text);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
        assertTrue(check(text).err().contains("chmod o-r " + file()));
        assertEquals("", check(text.replace("token", "sni")).err());
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
        assertEquals("", check(text).err());
    }
}
