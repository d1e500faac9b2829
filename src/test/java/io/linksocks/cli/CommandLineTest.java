package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.cli.CommandLineHarness.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    private static void assertRefused(String message, Outcome outcome) {
        assertEquals(message + System.lineSeparator(), outcome.err());
        assertEquals(ExitCode.USAGE, outcome.code());
        assertEquals("", outcome.out());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "browse                      | linksocks: unknown command 'browse'; linksocks help lists all",
        "ws://h.example/             | linksocks: unknown command 'ws://h.example/'; a server's URL comes after client -u",
        "client ws://h.example       | linksocks client: unexpected argument; is it the value of -u (--url)?",
        "server --port 1             | linksocks server: unknown option '--port'; there is --ws-port, --socks-port",
        "server --user a             | linksocks server: unknown option '--user'; there is --socks-username, --cluster-user",
        "server -H 0.0.0.0:80        | linksocks server: --ws-host: host must be a host alone, not 0.0.0.0:80; set the port"
            + " with -P",
        "client -s [::1]:1080        | linksocks client: --socks-host: socksHost must be a host alone, not [::1]:1080; set"
            + " the port with -p",
        "sevrer                      | linksocks: unknown command 'sevrer'; the nearest is server",
        "help cleint                 | linksocks help: unknown command 'cleint'; the nearest is client",
        "help client server          | linksocks help: unexpected argument 'server'",
        "provider --zzzzzz           | linksocks provider: unknown option '--zzzzzz'; linksocks help provider lists all",
        "server -t a#b               | linksocks server: -t: a token has no #: what follows it is a secret for provider and"
            + " connector alone",
        "version 1                   | linksocks version: unexpected argument '1'",
        "-t x client                 | linksocks: the command comes first, one of server, client, provider, connector,"
            + " run, check, status, demo, secret, completion, man, version, help",
        "server -x ftp://u:pw@h:1    | linksocks server: -x: invalid upstream proxy \"ftp://h\": the scheme must be socks5"
            + " or http; write it like socks5://user:password@127.0.0.1:1080 or http://127.0.0.1:8080",
        "client -u ws://me:hunter2@h | linksocks client: -u: invalid server URL \"ws://...@h\": it can't hold a user"
            + " name; send that with --header 'Authorization: ...'; write it like wss://example.com or ws://127.0.0.1:8765",
        "client -u ws://h:0          | linksocks client: -u: invalid server URL \"ws://h:0\": port 0 is not between 1 and"
            + " 65535; write it like wss://example.com or ws://127.0.0.1:8765",
        "client -u ws://h:65536      | linksocks client: -u: invalid server URL \"ws://h:65536\": port 65536 is not between"
            + " 1 and 65535; write it like wss://example.com or ws://127.0.0.1:8765",
        "client --sni a..b           | linksocks client: --sni: the value is no host name",
        "client --proxy http://fe80::1%eth0:1 | linksocks client: --proxy: no URL of a proxy: an IPv6 address needs"
            + " brackets, like [::1]:8765; write it like http://user:password@127.0.0.1:8080, with special characters"
            + " percent-encoded",
        "client --proxy socks5://u:pw@h | linksocks client: --proxy: invalid proxy \"socks5://h\": a server is reached"
            + " through HTTP proxies only, which many SOCKS5 proxies are on the same port; write it like"
            + " http://user:password@127.0.0.1:8080",
        "client --forward 80         | linksocks client: --forward: invalid forward \"80\": it must be"
            + " [udp/][address:]port:host:port[,proxy=v2]; write it like 8080:intranet.example:80,"
            + " 0.0.0.0:8080:10.0.0.1:80 or udp/5353:[fd00::1]:53",
        "client --forward 1:a:1,proxy=v1 | linksocks client: --forward: invalid forward \"1:a:1,proxy=v1\": only ,proxy=v2"
            + " may follow the target; write it like 8080:intranet.example:80, 0.0.0.0:8080:10.0.0.1:80 or"
            + " udp/5353:[fd00::1]:53",
        "server -r --forward 1:a:0   | linksocks server: --forward: invalid forward \"1:a:0\": no target has port 0; write"
            + " it like 8080:intranet.example:80, 0.0.0.0:8080:10.0.0.1:80 or udp/5353:[fd00::1]:53",
        "client --access-rule 22     | linksocks client: --access-rule: \"22\" is not of the form ADDR:PORT, with"
            + " brackets around an IPv6 address",
        "client --access-rule a.b:22 | linksocks client: --access-rule: \"a.b\" is no address, network or range of"
            + " addresses",
        "server --access-rule :70000 | linksocks server: --access-rule: \"70000\" is no port from 0 to 65535 and no range"
            + " of ports",
        "server -k x --access-rule :22 | linksocks server: --access-rule does not go together with --api-key: set rules"
            + " for all by PUT /api/config/access, or for a token when it is added",
        "server --trusted-proxy a    | linksocks server: --trusted-proxy: \"a\" is no address, network or range of"
            + " addresses",
        "server -rt x -p 0 -c x      | linksocks server: -c: token already exists",
        "server -rt anonymous -p 0   | "
                + "linksocks server: -t: \"anonymous\" can't be a token: it is easy to guess; choose another",
        "server -rat anonymous       | "
                + "linksocks server: -t: \"anonymous\" can't be a token: it is easy to guess; choose another",
        "server -r -n alice          | linksocks server: --socks-username and --socks-password"
            + " (LINKSOCKS_SOCKS_PASSWORD) go together",
        "server --tls-cert a         | linksocks server: --tls-cert and --tls-key go together",
        "server --client-ca a        | linksocks server: --client-ca needs --tls-cert and --tls-key",
        "client --key a              | linksocks client: --cert and --key go together",
        "server --deny-rule *.a*     | linksocks server: --deny-rule: \"*.a*\" is neither an address, network or range of"
            + " addresses nor a domain name or *.domain",
        "client --token-file f -t x  | linksocks client: -t and --token-file exclude each other",
        "client --direct-mode direct-only | linksocks client: not available yet: --direct-mode direct-only; every"
            + " connection goes through the server, use --direct-mode relay-only",
        "client -n alice             | linksocks client: --socks-username and --socks-password"
            + " (LINKSOCKS_SOCKS_PASSWORD) go together",
        "client --header secret      | linksocks client: --header: the value is not of the form 'Name: value'",
        "client --header :secret     | linksocks client: --header: the value is not of the form 'Name: value'",
        "client --header b@d:secret  | linksocks client: --header: the value is not of the form 'Name: value'",
        "client --header Host:secret | linksocks client: --header: Host comes from the server's URL; put the name"
            + " there, or start java with -Djdk.httpclient.allowRestrictedHeaders=host",
        "client --header Upgrade:x   | linksocks client: --header: Upgrade is set by the handshake itself; leave it"
            + " out",
    })
    void whatCannotBeDoneIsSaidInOneLine(String line, String message) {
        assertRefused(message, CommandLineHarness.run(line));
    }

    @Test
    void anEmptyArgumentIsNamed() {
        assertRefused("linksocks run: file: the value is empty", CommandLineHarness.run(Map.of(), "run", ""));
        assertRefused("linksocks help: command: the value is empty", CommandLineHarness.run(Map.of(), "help", ""));
    }

    @Test
    void aFileInPlaceOfAFolderIsNamedWithWhatIsWrong(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Outcome outcome = CommandLineHarness.run(Map.of(), "server", "-t", "x", "-P", "0", "-H", "127.0.0.1", "--state-dir",
                file.toString());
        assertEquals(ExitCode.FAILURE, outcome.code());
        assertTrue(outcome.err().endsWith("linksocks server: " + file + ": it exists already" + System.lineSeparator()),
                outcome.err());
    }

    @Test
    void whatCantBePrintedIsAFailure() {
        PrintStream full = new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        }, true);
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(full, new PrintStream(err, true, StandardCharsets.UTF_8), Map.of());
        for (String[] line : new String[][] {{"version"}, {"help"}, {"server", "-H", "127.0.0.1", "-P", "0"}}) {
            err.reset();
            assertEquals(ExitCode.FAILURE, new CommandLine(terminal).run(line));
            assertTrue(err.toString(StandardCharsets.UTF_8).contains("can't write to standard output"));
        }
    }

    @Test
    void aVariableWithABadValueIsNamed() {
        String error = CommandLineHarness.run(Map.of("LINKSOCKS_UPSTREAM_PROXY", "hunter2"), "server").err();
        assertTrue(error.startsWith("linksocks server: LINKSOCKS_UPSTREAM_PROXY: invalid upstream proxy "), error);
        assertFalse(error.contains("hunter2"), error);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "socks5://me:hunter2^@host", "socks5://me:hunter%2@host", "http://me:1/hunter2@host", "ftp://me:hunter2@host",
        "http://me:hunter2@host:0", "http://me:hunter2", "me:hunter2@host"
    })
    void aBadProxyIsRefusedWithoutItsPassword(String proxy) {
        for (String command : new String[] {"server", "client", "provider"}) {
            Outcome outcome = CommandLineHarness.run(command + " -x " + proxy);
            assertEquals(ExitCode.USAGE, outcome.code());
            assertTrue(outcome.err().contains("linksocks " + command + ": -x: ")
                    && outcome.err().contains("write it like socks5://"), outcome.err());
            assertFalse(outcome.err().contains("hunter2"), outcome.err());
        }
        Outcome outcome = CommandLineHarness.run("client --proxy " + proxy);
        assertEquals(ExitCode.USAGE, outcome.code());
        assertTrue(outcome.err().contains("--proxy: ") && outcome.err().contains("write it like http://"), outcome.err());
        assertFalse(outcome.err().contains("hunter2"), outcome.err());
    }

    @Test
    void secretsAreNotRepeated() {
        String secret = "hunter2".repeat(100);
        for (String flag : new String[] {"-t", "--token=", "-c", "-w", "--connector-token=", "--socks-password="}) {
            Outcome outcome = CommandLineHarness.run(Map.of(), "client", flag + secret);
            assertTrue(outcome.err().endsWith(": the value is longer than 255 bytes" + System.lineSeparator()),
                    outcome.err());
            assertFalse(outcome.err().contains("hunter2"), flag);
        }
        assertFalse(CommandLineHarness.run("client --api-kye=hunter2").err().contains("hunter2"));
        assertFalse(CommandLineHarness.run("server -P 0 -n a -khunter2").err().contains("hunter2"));
        for (String flag : new String[] {"-t my", "-tmy", "--token my", "--token=my"}) {
            assertFalse(CommandLineHarness.run("client " + flag + " hunter2").err().contains("hunter2"), flag);
        }
        assertFalse(CommandLineHarness.run("client --header hunter2").err().contains("hunter2"));
        assertFalse(CommandLineHarness.run("server -t anonymous").out().contains("anonymous"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "help", "--help", "-h"})
    void theProgramExplainsItself(String line) {
        Outcome outcome = CommandLineHarness.run(line);
        assertEquals(ExitCode.OK, outcome.code());
        assertEquals("", outcome.err());
        for (String command : Commands.NAMES) {
            assertTrue(outcome.out().contains("\n  " + command + " "), command);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "--version"})
    void version(String line) {
        Outcome outcome = CommandLineHarness.run(line);
        assertEquals(ExitCode.OK, outcome.code());
        assertTrue(outcome.out().matches("linksocks .+ \\(Java " + Runtime.version().feature() + ".+, .+ .+\\)\\R"),
                outcome.out());
    }

    @ParameterizedTest
    @CsvSource({"server, server", "client, client", "'  PROVIDER ', provider", "connector, connector",
        "forward, client", "reverse, provider", "demo, demo"})
    void modeStandsInForTheCommand(String mode, String command) {
        Outcome outcome = CommandLineHarness.run(Map.of("LINKSOCKS_MODE", mode), "--help");
        assertTrue(outcome.out().startsWith("Usage: linksocks " + command + " "), outcome.out());
    }

    @Test
    void aCommandWinsOverTheMode() {
        Map<String, String> environment = Map.of("LINKSOCKS_MODE", "server");
        assertTrue(CommandLineHarness.run(environment, "client", "-h").out().startsWith("Usage: linksocks client "));
        assertRefused("linksocks: unknown command 'sevrer'; the nearest is server",
                CommandLineHarness.run(environment, "sevrer"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"server -P 0", "client"})
    void aMissingTokenFileIsNamed(String line) {
        Outcome outcome = CommandLineHarness.run(line + " --token-file none.txt");
        assertEquals(ExitCode.FAILURE, outcome.code());
        assertTrue(outcome.err().endsWith(": none.txt: no such file" + System.lineSeparator()), outcome.err());
    }

    @Test
    void anUnknownModeIsRefused() {
        assertRefused("linksocks: LINKSOCKS_MODE: unknown command 'serve'; the nearest is server",
                CommandLineHarness.run(Map.of("LINKSOCKS_MODE", "serve")));
    }

    @Test
    void allWordsInOneArgumentAreNoCommand() {
        assertRefused("linksocks: unknown command 'client -t x'; give each word as an argument of its own, without quotes"
                + " around all of them", CommandLineHarness.run(Map.of(), "client -t x"));
    }

    /** The address is wrong, which is said after the token was taken from where it is. */
    @Test
    void aTokenOfAFlagWinsOverTheVariableOfItsFile() {
        Map<String, String> environment = Map.of("LINKSOCKS_TOKEN_FILE", "none.txt", "LINKSOCKS_URL", "ftp://a");
        assertTrue(CommandLineHarness.run(environment, "client", "-t", "x").err().contains("LINKSOCKS_URL: "));
        assertTrue(CommandLineHarness.run(environment, "client").err().contains("none.txt: no such file"));
    }
}
