package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.CheckStep;
import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksClientBuilder;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.ReverseTokenOptions;
import io.linksocks.tls.TestAuthority;
import io.linksocks.util.QuietPort;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Everything that can be wrong on the way to a server, and what {@code linksocks check} says about it. */
@Timeout(240)
class ConnectionCheckIT {
    private static final String LOOPBACK = "127.0.0.1";

    /** The steps of one check in their order. */
    private record Findings(boolean good, List<CheckStep> steps) {
        CheckStep step(String name) {
            return steps.stream().filter(step -> step.name().equals(name)).reduce((first, last) -> last).orElseThrow();
        }

        void assertFailed(String name, String finding, String hint) {
            CheckStep failure = step(name);
            assertEquals(CheckStep.Outcome.FAILED, failure.outcome(), steps.toString());
            assertTrue(failure.finding().contains(finding), failure.toString());
            assertTrue(failure.hint().contains(hint), failure.toString());
            assertFalse(good);
            int place = steps.indexOf(failure);
            assertTrue(steps.subList(0, place).stream().allMatch(step -> step.outcome() != CheckStep.Outcome.FAILED));
            assertTrue(steps.subList(place + 1, steps.size()).stream()
                    .allMatch(step -> step.outcome() == CheckStep.Outcome.SKIPPED), steps.toString());
        }

        void assertOk(String name, String finding) {
            CheckStep step = step(name);
            assertEquals(CheckStep.Outcome.OK, step.outcome(), steps.toString());
            assertTrue(step.finding().contains(finding), step.toString());
        }
    }

    private static Findings check(LinkSocksClientBuilder client) {
        List<CheckStep> steps = new ArrayList<>();
        boolean good = client.check().run(steps::add);
        return new Findings(good, steps);
    }

    private static Findings checkUrl(String url) {
        return check(LinkSocksClient.builder().environmentProxy(false).token(Tunnels.TOKEN).url(url));
    }

    // --- what is right -----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"'', in the URL", "/a/path, in the first message"})
    void findsNothingWrong(String path, String token) throws Exception {
        try (LinkSocksServer server = Tunnels.startServer(0)) {
            Findings found = checkUrl("ws://localhost:" + server.port() + path);
            assertTrue(found.good(), found.toString());
            found.assertOk("url", token);
            found.assertOk("dns", LOOPBACK);
            found.assertOk("tcp", LOOPBACK + ":" + server.port() + " in ");
            found.assertOk("upgrade", "101");
            found.assertOk("clock", "as the server's");
            found.assertOk("auth", "accepted");
            found.assertOk("extensions", "resume for 1 min, flow, fin, fair, leave");
            found.assertOk("round trip", "median");
            found.assertOk("tunnel", "connected to localhost:" + server.port());
            found.assertOk("throughput", "256 KiB");
            for (String none : List.of("proxy", "tls")) {
                assertEquals(CheckStep.Outcome.SKIPPED, found.step(none).outcome());
            }
            assertFalse(found.toString().contains(Tunnels.TOKEN));
        }
    }

    @Test
    void aProviderIsAskedForNothing() throws Exception {
        try (LinkSocksServer server = Tunnels.startServer(0)) {
            server.addReverseToken(ReverseTokenOptions.builder().token("providers").build());
            Findings found = check(Tunnels.clientOf(server.port()).token("providers").provider());
            assertTrue(found.good(), found.toString());
            found.assertOk("auth", "as a provider's");
            assertEquals(CheckStep.Outcome.SKIPPED, found.step("tunnel").outcome());
        }
    }

    @Test
    void aServerThatMayNotReachItselfIsNothingWrong() throws Exception {
        try (Tunnels tunnels = Tunnels.forwardBy(server -> server.denyPrivate(true))) {
            Findings found = check(Tunnels.clientOf(tunnels.server.port()));
            assertTrue(found.good(), found.toString());
            found.assertOk("tunnel", "works; the other end says of this test: can't reach 127.0.0.1:" + tunnels.server.port()
                    + ": not allowed by the access rules; such rules are usual for a server's own port");
            assertEquals(CheckStep.Outcome.SKIPPED, found.step("throughput").outcome());
        }
    }

    @Test
    void theReasonWhyTheServerIsNotReachedFromTheOtherEndIsShown() throws Exception {
        try (Tunnels tunnels = Tunnels.forwardBy(server -> server.upstreamProxy(URI.create("http://127.0.0.1:1")))) {
            check(Tunnels.clientOf(tunnels.server.port())).assertOk("tunnel", " through proxy 127.0.0.1:1: Connection refused;"
                    + " the server may have another address from there, and other targets may be reached");
        }
        try (Tunnels tunnels = Tunnels.forwardBy(server -> server)) {
            check(Tunnels.clientOf(tunnels.server.port()).denyPrivate(true)).assertOk("tunnel",
                    "works; this end says of this test: ");
        }
    }

    @Test
    void everyServerIsChecked() throws Exception {
        try (LinkSocksServer server = Tunnels.startServer(0)) {
            Findings found = check(Tunnels.clientOf(QuietPort.next()).url("ws://127.0.0.1:" + server.port()));
            assertFalse(found.good());
            assertEquals(2, found.steps().stream().filter(step -> step.name().equals("url")).count());
            found.assertOk("tunnel", "connected");
        }
    }

    // --- no way to the server ----------------------------------------------------------------------------------------

    @Test
    void anUnknownName() {
        checkUrl("ws://no-such-host.invalid").assertFailed("dns", "unknown host no-such-host.invalid", "how the name is written");
    }

    @Test
    void aPortThatNobodyListensOn() throws Exception {
        int port = QuietPort.next();
        checkUrl("ws://127.0.0.1:" + port).assertFailed("tcp", "127.0.0.1:" + port + ": ", "is the server running");
    }

    @ParameterizedTest
    @CsvSource({"ws, upgrade", "wss, tls"})
    void aProxyThatIsNone(String scheme, String step) throws Exception {
        try (Targets.Tcp ssh = answering("SSH-2.0-OpenSSH_9.2p1\r\n");
                Targets.Tcp tls = answering("\u0015\u0003\u0003\0\u0002\u0002F")) {
            for (Targets.Tcp proxy : List.of(ssh, tls)) {
                check(ofUrl(scheme + "://server.invalid").proxy(URI.create("http://127.0.0.1:" + proxy.port())))
                        .assertFailed(step, "the proxy 127.0.0.1:" + proxy.port() + (proxy == ssh ? " does not answer in HTTP/1.1"
                                : " closed the connection within its answer"), "correct the address of the HTTP proxy");
            }
        }
    }

    /** What it says itself comes before what the server says. */
    @ParameterizedTest
    @CsvSource({"407, wants a login, user:password@", "403, does not let connections, CONNECT"})
    void aProxyInTheWay(int status, String finding, String hint) throws Exception {
        try (Targets.Tcp proxy = answering("HTTP/1.1 " + status + " No\r\n\r\n")) {
            Findings found = check(ofUrl("ws://server.invalid").proxy(URI.create("http://127.0.0.1:" + proxy.port())));
            found.assertOk("proxy", "127.0.0.1:" + proxy.port());
            found.assertFailed("upgrade", finding, hint);
        }
    }

    // --- TLS -----------------------------------------------------------------------------------------------------------

    private static LinkSocksServer startTls(TestAuthority.Issued issued) throws Exception {
        LinkSocksServer server = LinkSocksServer.builder().host(LOOPBACK).port(0).tls(issued.certificate(), issued.key()).build();
        server.addForwardToken(Tunnels.TOKEN);
        server.start();
        return server;
    }

    @Test
    void certificates(@TempDir Path folder) throws Exception {
        TestAuthority authority = new TestAuthority(folder, "authority");
        Path unknown = new TestAuthority(folder, "unknown").file();
        try (LinkSocksServer server = startTls(authority.issue("server", "localhost"))) {
            String url = "wss://localhost:" + server.port();
            Findings found = check(ofUrl(url).ca(authority.file()));
            assertTrue(found.good(), found.toString());
            found.assertOk("tls", "TLSv1.3");
            found.assertOk("tls", "certificate of CN=server");
            found.assertOk("throughput", "KiB");

            check(ofUrl("wss://127.0.0.1:" + server.port()).ca(authority.file()))
                    .assertFailed("tls", "for another host", "sni(...)");
            assertTrue(check(ofUrl("wss://127.0.0.1:" + server.port()).ca(authority.file()).sni("localhost")).good());
            check(ofUrl(url).ca(unknown)).assertFailed("tls", "certificate of CN=server from CN=authority", "ca(...)");
            check(ofUrl(url).insecure(true)).assertOk("tls", "not checked, because of insecure(true)");
            check(ofUrl(url).ca(folder.resolve("missing"))).assertFailed("url", "missing", "ca(...)");
            checkUrl("ws://localhost:" + server.port()).assertFailed("upgrade", "speaks TLS", "wss://");
        }
        try (LinkSocksServer server = startTls(authority.issue("old", TestAuthority.generate("EC"),
                Instant.now().minus(Duration.ofMinutes(1)), "localhost"))) {
            check(ofUrl("wss://localhost:" + server.port()).ca(authority.file()))
                    .assertFailed("tls", "has expired: certificate of CN=old", "renewed");
        }
    }

    private static LinkSocksClientBuilder ofUrl(String url) {
        return LinkSocksClient.builder().environmentProxy(false).token(Tunnels.TOKEN).url(url);
    }

    @Test
    void tlsToAPortWithoutTls() throws Exception {
        try (LinkSocksServer server = Tunnels.startServer(0)) {
            checkUrl("wss://localhost:" + server.port()).assertFailed("tls", "does not speak TLS", "ws://");
        }
    }

    // --- somebody else answers -------------------------------------------------------------------------------------------

    /** Answers every request in the same way. */
    private static Targets.Tcp answering(String answer) throws IOException {
        return new Targets.Tcp(LOOPBACK, socket -> {
            readHead(socket);
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        });
    }

    private static void readHead(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        int newlines = 0;
        while (newlines < 2) {
            int c = in.read();
            if (c < 0) {
                throw new EOFException("only looked whether somebody is there");
            }
            newlines = c == '\n' ? newlines + 1 : c == '\r' ? newlines : 0;
        }
    }

    @ParameterizedTest
    @CsvSource({"200, host", "400, host", "401, header(", "403, firewall", "404, path", "426, Upgrade", "429, wait a minute",
            "500, ask the owner", "502, can't reach the LinkSocks server", "503, full", "504, can't reach the LinkSocks server"})
    void anAnswerThatIsNoWebSocket(int status, String hint) throws Exception {
        try (Targets.Tcp web = answering("HTTP/1.1 " + status + " Some Reason\r\nServer: edge\r\nContent-Type: text/html\r\n\r\n"
                + "<html><style>b {}</style><b>Ray ID</b>\n 12ab</html>")) {
            checkUrl("ws://127.0.0.1:" + web.port())
                    .assertFailed("upgrade", status + " instead of a WebSocket (from edge): \"Ray ID 12ab\"", hint);
        }
    }

    @Test
    void tlsThatAnswersWithAnAlert() throws Exception {
        try (Targets.Tcp tls = new Targets.Tcp(LOOPBACK, socket -> {
            readHead(socket);
            socket.getOutputStream().write(new byte[] {0x15, 3, 3, 0, 2, 2, 70});
        })) {
            checkUrl("ws://127.0.0.1:" + tls.port()).assertFailed("upgrade", "speaks TLS on this port", "wss://");
        }
    }

    @Test
    void anAnswerThatIsNoHttp() throws Exception {
        try (Targets.Tcp ssh = answering("SSH-2.0-OpenSSH_9.2p1\r\n\r\n"); Targets.Tcp silent = answering("")) {
            checkUrl("ws://127.0.0.1:" + ssh.port()).assertFailed("upgrade", "does not answer in HTTP", "another server");
            checkUrl("ws://127.0.0.1:" + silent.port()).assertFailed("upgrade", "closed the connection instead of answering",
                    "another server");
        }
    }

    @Test
    void redirects() throws Exception {
        try (LinkSocksServer server = Tunnels.startServer(0);
                Targets.Tcp moved = answering("HTTP/1.1 307 Moved\r\nLocation: http://localhost:" + server.port()
                        + "/socket?token=none\r\n\r\n");
                Targets.Tcp circle = answering("HTTP/1.1 302 Found\r\nLocation: /socket\r\n\r\n")) {
            Findings found = checkUrl("ws://127.0.0.1:" + moved.port());
            assertTrue(found.steps().stream().anyMatch(step -> step.finding().contains("307, redirected to ws://localhost:")));
            found.assertOk("url", "localhost:" + server.port());
            checkUrl("ws://127.0.0.1:" + circle.port()).assertFailed("redirects", "more than 5", "address");
        }
    }

    @Test
    void aClockThatIsWrong() throws Exception {
        String lastHour = DateTimeFormatter.RFC_1123_DATE_TIME.format(Instant.now().minusSeconds(3600).atOffset(ZoneOffset.UTC));
        try (Targets.Tcp late = answering("HTTP/1.1 101 Switching\r\nDate: " + lastHour + "\r\n\r\n")) {
            checkUrl("ws://127.0.0.1:" + late.port()).assertFailed("clock", "1 h ahead of the server's", "set the wrong one");
        }
    }

    // --- the token -----------------------------------------------------------------------------------------------------

    @Test
    void tokens() throws Exception {
        try (LinkSocksServer server = Tunnels.startServer(0, options -> options.connectorWaitProvider(Duration.ZERO))) {
            server.addReverseToken(ReverseTokenOptions.builder().token("providers").build());
            server.addConnectorToken("connectors", "providers");
            check(with(server, "wrong")).assertFailed("auth", "refused the token", "token(...)");
            check(LinkSocksClient.builder().url("ws://127.0.0.1:" + server.port()))
                    .assertFailed("auth", "none was given", "token(...)");
            check(with(server, "providers")).assertFailed("auth", "it is a provider's", "run a provider");
            check(with(server, Tunnels.TOKEN).provider()).assertFailed("auth", "not a provider's", "run a client");
            check(with(server, "connectors")).assertFailed("tunnel", "no provider is connected", "start a provider");
            try (LinkSocksClient provider = with(server, "providers").provider().build()) {
                provider.start();
                provider.awaitReady(Duration.ofSeconds(30));
                Findings found = check(with(server, "connectors"));
                assertTrue(found.good(), found.toString());
                found.assertOk("tunnel", "a connector's token and 1 provider");
            }
        }
    }

    private static LinkSocksClientBuilder with(LinkSocksServer server, String token) {
        return Tunnels.clientOf(server.port()).token(token);
    }

    @Test
    void tooManyWrongTokens() throws Exception {
        try (LinkSocksServer server = Tunnels.startServer(0)) {
            Findings found = check(with(server, "wrong"));
            for (int i = 0; i < 20 && !found.step("auth").finding().contains("429"); i++) {
                found = check(with(server, "wrong " + i));
            }
            found.assertFailed("auth", "429", "wait a minute");
        }
    }
}
