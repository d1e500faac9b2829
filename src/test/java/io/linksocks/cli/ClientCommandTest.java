package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.cli.CommandLineHarness.Outcome;
import io.linksocks.server.LinkSocksServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class ClientCommandTest {
    private static Outcome connect(LinkSocksServer server, String socksPort, String... more) {
        String[] arguments = new String[6 + more.length];
        System.arraycopy(new String[] {"client", "-E", "-u", "ws://127.0.0.1:" + server.port(), "-p", socksPort}, 0,
                arguments, 0, 6);
        System.arraycopy(more, 0, arguments, 6, more.length);
        return CommandLineHarness.run(Map.of(), arguments);
    }

    private static LinkSocksServer server(String token) throws IOException {
        LinkSocksServer server = LinkSocksServer.builder().host("127.0.0.1").port(0).build();
        server.addForwardToken(token);
        server.start();
        return server;
    }

    /** The server in this process logs to the same stream, perhaps after the client has ended. */
    private static String lastLine(Outcome outcome) {
        return outcome.err().lines().filter(line -> !line.contains(" INFO ")).toList().getLast();
    }

    @Test
    void aWrongTokenIsFinalAndNamesTheCure() throws IOException {
        try (LinkSocksServer server = server("right")) {
            Outcome outcome = connect(server, "0", "-t", "hunter2");
            assertEquals(ExitCode.FAILURE, outcome.code());
            assertTrue(lastLine(outcome).startsWith("linksocks client: "), outcome.err());
            assertTrue(lastLine(outcome).contains("-t") && lastLine(outcome).contains("LINKSOCKS_TOKEN"),
                    outcome.err());
            assertFalse(outcome.err().contains("hunter2"), outcome.err());
        }
    }

    @Test
    void quotesThatCameWithATokenAreNamed() throws IOException {
        try (LinkSocksServer server = server("right")) {
            for (String token : new String[] {"'right'", "\"right\""}) {
                Outcome outcome = connect(server, "0", "-t", token);
                assertTrue(lastLine(outcome)
                        .contains("it begins and ends with quotes, which are part of it; set the right one with -t"),
                        outcome.err());
                assertFalse(lastLine(outcome).contains("'right'"), outcome.err());
            }
        }
    }

    @Test
    void withoutReconnectingTheFirstFailureIsTheEnd() throws IOException {
        int closed;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = unused.getLocalPort();
        }
        String url = "ws://127.0.0.1:" + closed;
        Outcome outcome = CommandLineHarness.run(Map.of(), "client", "-E", "-R", "-p", "0", "-t", "x", "-u", url + "/one",
                "-u", url + "/two");
        assertEquals(ExitCode.FAILURE, outcome.code());
        assertTrue(lastLine(outcome).startsWith("linksocks client: can't connect to " + url), outcome.err());
        assertTrue(lastLine(outcome).endsWith("; reconnecting is off"), outcome.err());
        assertEquals(1, outcome.err().lines().filter(line -> line.contains(" WARN ")).count(), outcome.err());
    }

    @Test
    void aConnectorTokenWithControlCharactersIsRefused() {
        Outcome outcome = CommandLineHarness.run(Map.of(), "provider", "-c", "a\tb", "-u", "ws://127.0.0.1");
        assertEquals(ExitCode.USAGE, outcome.code());
        assertTrue(outcome.err().contains("--connector-token") && outcome.err().contains("no control characters"),
                outcome.err());
        assertFalse(outcome.err().contains("a\\tb"), outcome.err());
    }

    @Test
    void withoutATokenTheClientIsAnonymousAndUnknown() throws IOException {
        try (LinkSocksServer server = server("right")) {
            assertEquals(ExitCode.FAILURE, connect(server, "0").code());
        }
    }

    @Test
    void aPortInUseIsNamedWithTheFlagToChange() throws IOException {
        try (LinkSocksServer server = server("right");
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            for (String when : new String[] {"--socks-no-wait", "--socks-nowait=false"}) {
                Outcome outcome = connect(server, port, "-t", "right", when);
                assertEquals(ExitCode.FAILURE, outcome.code());
                assertTrue(lastLine(outcome).contains(":" + port) && lastLine(outcome).contains("-p"), outcome.err());
            }
        }
    }

    @Test
    void anAddressThatIsNoneIsNamedWithTheFlagToChange() {
        Outcome outcome = CommandLineHarness.run("client -E -s no-such-host.invalid -i");
        assertEquals(ExitCode.FAILURE, outcome.code());
        assertTrue(lastLine(outcome).contains("no-such-host.invalid") && lastLine(outcome).contains("-s"), outcome.err());
        assertFalse(lastLine(outcome).contains("-p"), outcome.err());
    }

    @Test
    void aBadServerIsAUsageErrorOfItsFlag() {
        Outcome flag = CommandLineHarness.run("client -u ws://127.0.0.1 --url ftp://a");
        assertEquals(ExitCode.USAGE, flag.code());
        assertTrue(flag.err().startsWith("linksocks client: --url: "), flag.err());
        Outcome variable = CommandLineHarness.run(Map.of("LINKSOCKS_URL", "ftp://a"), "connector");
        assertTrue(variable.err().startsWith("linksocks connector: LINKSOCKS_URL: "), variable.err());
    }

    @Test
    void theDirectPathIsReportedAsAbsent() {
        Outcome outcome = CommandLineHarness.run("client -u ftp://a --direct-mode AUTO --stun-server a:1"
                + " --direct-upnp-lease 30m --direct-upnp");
        assertTrue(outcome.err().contains(" INFO  --direct-mode, --stun-server, --direct-upnp, --direct-upnp-lease:"
                + " without effect, because every connection goes through the server\n"), outcome.err());
    }

    @Test
    void whatIsNotForThisRoleIsReported() {
        assertTrue(CommandLineHarness.run("client -c x -x http://a -u ftp://a").err().contains(
                " INFO  --connector-token, --upstream-proxy: without effect, because this is no provider\n"));
        String asProvider = " INFO  --socks-port, --socks-no-wait: without effect, because a provider has no SOCKS5 port\n";
        assertTrue(CommandLineHarness.run("client -r -p 1 -i -u ftp://a").err().contains(asProvider));
        assertTrue(CommandLineHarness.run("provider -p 1 -i -u ftp://a").err().contains(asProvider));
    }
}
