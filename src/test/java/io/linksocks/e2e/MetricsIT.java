package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksException;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.TokenSettings;
import io.linksocks.util.QuietPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Metrics as a monitoring system asks for them, and whether the work can be done. */
@Timeout(240)
class MetricsIT {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress("127.0.0.1", 0);
    private static final Pattern FAMILY = Pattern.compile("^# TYPE (\\S+) (\\S+)$", Pattern.MULTILINE);
    private static final Pattern NAME = Pattern.compile("\\b(?:linksocks|jvm|process)_\\w+");
    private static final Pattern SAMPLE = Pattern.compile("^(\\w+)", Pattern.MULTILINE);

    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        http.close();
    }

    private HttpResponse<String> get(int port, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String metrics(InetSocketAddress port) {
        HttpResponse<String> answer = get(port.getPort(), "/metrics");
        assertEquals(200, answer.statusCode());
        return answer.body();
    }

    private static long value(String metrics, String sample) {
        return metrics.lines().filter(line -> line.startsWith(sample + " "))
                .mapToLong(line -> Long.parseLong(line.substring(sample.length() + 1))).findFirst()
                .orElseThrow(() -> new AssertionError("no " + sample + " in\n" + metrics));
    }

    private static Set<String> names(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    // --- who may see them --------------------------------------------------------------------------------------------

    @Test
    void onThePublicPortTheKeyIsAskedFor() throws Exception {
        try (Network network = new Network()) {
            int port = network.server.port();
            assertEquals(401, get(port, "/metrics").statusCode());
            assertEquals(401, get(port, "/metrics", "Authorization", "Bearer wrong").statusCode());
            assertEquals(401, get(port, "/metrics", "Authorization", Network.API_KEY).statusCode());
            assertEquals("Bearer", get(port, "/metrics").headers().firstValue("WWW-Authenticate").orElse(null));
            for (String[] key : new String[][] {{"X-API-Key", Network.API_KEY},
                {"Authorization", "Bearer " + Network.API_KEY}, {"Authorization", "bearer  " + Network.API_KEY}}) {
                HttpResponse<String> answer = get(port, "/metrics", key);
                assertEquals(200, answer.statusCode());
                assertEquals("application/openmetrics-text; version=1.0.0; charset=utf-8",
                        answer.headers().firstValue("Content-Type").orElse(null));
                assertTrue(answer.body().endsWith("\n# EOF\n"));
            }
        }
    }

    @Test
    void withoutAKeyThePublicPortHasNone() throws Exception {
        try (LinkSocksServer server = Tunnels.startServer(0)) {
            assertEquals(404, get(server.port(), "/metrics").statusCode());
            assertNull(server.metricsAddress());
        }
    }

    @Test
    void aPortOfTheirOwnHasNothingElse() throws Exception {
        try (Tunnels tunnels = Tunnels.forwardBy(server -> server.metrics(ANY_PORT))) {
            int port = tunnels.server.metricsAddress().getPort();
            assertEquals("ok\n", get(port, "/healthz").body());
            assertEquals("ready\n", get(port, "/readyz").body());
            assertEquals(404, get(port, "/").statusCode());
            assertEquals(404, get(port, "/api/status").statusCode());
            assertEquals(405, http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                    .POST(HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode());
            assertThrows(IOException.class, () -> RawPeer.open(port, "/socket").close());
        }
    }

    @ParameterizedTest
    @CsvSource({"rebind.evil.example, 421", "evil.example:9090, 421", "127.0.0.1.evil.example, 421", "localhost:1, 200",
        "linksocks:9090, 200", "linksocks.default.svc.cluster.local, 200", "nas.lan, 200", "[::1]:9090, 200", "192.0.2.1, 200"})
    void aNameThatAStrangerMayOwnIsNotAnswered(String host, int status) throws Exception {
        try (Tunnels tunnels = Tunnels.forwardBy(server -> server.metrics(ANY_PORT));
                Socket socket = new Socket("127.0.0.1", tunnels.server.metricsAddress().getPort())) {
            String head = "GET /metrics HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        }
    }

    @Test
    void aPortThatIsTakenIsNamedWithTheCure() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, ANY_PORT.getAddress())) {
            InetSocketAddress address = new InetSocketAddress("127.0.0.1", taken.getLocalPort());
            try (LinkSocksServer server = LinkSocksServer.builder().host("127.0.0.1").port(0).metrics(address).build()) {
                assertNamesPortAndCure(taken, assertThrows(IOException.class, server::start));
            }
            try (LinkSocksClient client = Tunnels.clientOf(1).metrics(address).build()) {
                assertNamesPortAndCure(taken, assertThrows(LinkSocksException.class, client::start));
            }
        }
    }

    private static void assertNamesPortAndCure(ServerSocket taken, IOException error) {
        assertTrue(error.getMessage().contains("127.0.0.1:" + taken.getLocalPort()), error.getMessage());
        assertTrue(error.getMessage().contains("metrics(...)"), error.getMessage());
    }

    // --- what they say -------------------------------------------------------------------------------------------------

    @Test
    void bothSidesCountWhatTheyCarry() throws Exception {
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                LinkSocksServer server = LinkSocksServer.builder().host("127.0.0.1").port(0).metrics(ANY_PORT).build()) {
            server.addForwardToken(Tunnels.TOKEN);
            server.start();
            try (LinkSocksClient client = Tunnels.clientOf(server.port()).metrics(ANY_PORT).build()) {
                client.start();
                client.awaitReady(java.time.Duration.ofSeconds(30));
                SocksTestClient socks = new SocksTestClient(client.socksAddress());
                assertThrows(IOException.class, () -> socks.connect("127.0.0.1", 1).close());
                try (Socket socket = socks.connect("127.0.0.1", echo.port())) {
                    socket.getOutputStream().write(new byte[5000]);
                    assertEquals(5000, socket.getInputStream().readNBytes(5000).length);
                    Await.until("counted", () -> value(metrics(server.metricsAddress()), "linksocks_sent_bytes_total") > 5000
                        && value(metrics(server.metricsAddress()), "linksocks_channels") == 1);
                    assertServer(metrics(server.metricsAddress()));
                    assertClient(metrics(client.metricsAddress()));
                }
            }
            Await.until("nobody there", () -> value(metrics(server.metricsAddress()),
                    "linksocks_clients{role=\"client\",state=\"attached\"}") == 0);
        }
    }

    private static void assertServer(String metrics) {
        assertEquals(1, value(metrics, "linksocks_clients{role=\"client\",state=\"attached\"}"));
        assertEquals(0, value(metrics, "linksocks_clients{role=\"client\",state=\"detached\"}"));
        assertEquals(0, value(metrics, "linksocks_clients{role=\"provider\",state=\"attached\"}"));
        assertEquals(1, value(metrics, "linksocks_connections"));
        assertEquals(1, value(metrics, "linksocks_channels"));
        assertEquals(2, value(metrics, "linksocks_channels_opened_total"));
        assertEquals(1, value(metrics, "linksocks_dial_seconds_count"));
        assertEquals(1, value(metrics, "linksocks_dial_errors_total{kind=\"refused\"}"));
        assertEquals(0, value(metrics, "linksocks_dial_errors_total{kind=\"name\"}"));
        assertEquals(0, value(metrics, "linksocks_auth_failures_total"));
        assertTrue(value(metrics, "linksocks_received_bytes_total") > 5000);
        assertTrue(value(metrics, "linksocks_virtual_threads") > 5);
        assertTrue(value(metrics, "jvm_threads_current") > 3);
        assertTrue(value(metrics, "jvm_memory_used_bytes{area=\"heap\"}") > 1 << 20);
    }

    private static void assertClient(String metrics) {
        assertEquals(1, value(metrics, "linksocks_sessions{state=\"attached\"}"));
        assertEquals(1, value(metrics, "linksocks_channels"));
        assertTrue(value(metrics, "linksocks_sent_bytes_total") > 5000);
    }

    /** OpenMetrics: a name belongs to one family, and no family's name is another's with a suffix. */
    @Test
    void namesAreUniqueAndAsTheFormatWantsThem() throws Exception {
        try (Tunnels tunnels = Tunnels.forwardBy(server -> server.metrics(ANY_PORT))) {
            String text = metrics(tunnels.server.metricsAddress());
            Set<String> families = new TreeSet<>();
            FAMILY.matcher(text).results().forEach(family -> assertTrue(families.add(family.group(1)), family.group(1)));
            for (String family : families) {
                assertTrue(NAME.matcher(family).matches(), family);
                for (String suffix : Set.of("_total", "_count", "_sum", "_bucket", "_created")) {
                    assertTrue(!family.endsWith(suffix) && !families.contains(family + suffix), family);
                }
            }
        }
    }

    @Test
    void theDashboardAndTheManualNameWhatThereIs() throws Exception {
        try (LinkSocksServer server = LinkSocksServer.builder().host("127.0.0.1").port(0).metrics(ANY_PORT)
                .metricsByToken(true).build();
                LinkSocksClient client = Tunnels.clientOf(1).metrics(ANY_PORT).build()) {
            String token = server.addForwardToken(null);
            server.changeToken(token, TokenSettings.builder().name("laptop").build());
            server.start();
            client.start();
            String text = metrics(server.metricsAddress()) + metrics(client.metricsAddress());
            Set<String> samples = names(SAMPLE, text);
            Set<String> charted = names(NAME, Files.readString(Path.of("docs/grafana.json")));
            assertTrue(charted.size() > 20, charted.toString());
            charted.removeAll(samples);
            assertEquals(Set.of(), charted);
            Set<String> described = names(NAME, Files.readString(Path.of("docs/operations.md")));
            Set<String> histograms = samples.stream().filter(name -> name.matches(".*_(bucket|count|sum)"))
                    .collect(Collectors.toSet());
            Set<String> undescribed = new TreeSet<>(samples);
            undescribed.removeAll(described);
            undescribed.removeAll(histograms);
            assertEquals(Set.of(), undescribed);
            described.removeAll(samples);
            histograms.forEach(name -> described.remove(name.replaceFirst("_[a-z]+$", "")));
            assertEquals(Set.of(), described);
        }
    }

    // --- whether the work can be done ----------------------------------------------------------------------------------

    @Test
    void aServerIsReadyUntilItIsFull() throws Exception {
        try (Tunnels tunnels = Tunnels.forwardBy(server -> server.maxClients(1))) {
            HttpResponse<String> full = get(tunnels.server.port(), "/readyz");
            assertEquals(503, full.statusCode());
            assertEquals("too many clients\n", full.body());
            tunnels.client.close();
            Await.until("ready", () -> get(tunnels.server.port(), "/readyz").statusCode() == 200);
        }
    }

    @Test
    void aServerWhoseSocksPortIsTakenIsNotReadyForItsProvider() throws Exception {
        try (Network network = new Network()) {
            network.addReverseToken(false);
            try (ServerSocket taken = new ServerSocket(network.socksPort(), 1, ANY_PORT.getAddress())) {
                assertEquals(200, get(network.server.port(), "/readyz").statusCode());
                network.provider();
                Await.until("not ready", () -> get(network.server.port(), "/readyz").statusCode() == 503);
                assertTrue(taken.isBound());
            }
        }
    }

    @Test
    void aClientIsReadyWhenItIsConnected() throws Exception {
        int port = QuietPort.next();
        try (LinkSocksClient client = Tunnels.clientOf(port).metrics(ANY_PORT).build()) {
            client.start();
            HttpResponse<String> alone = get(client.metricsAddress().getPort(), "/readyz");
            assertEquals(503, alone.statusCode());
            assertEquals("not connected to the server\n", alone.body());
            try (LinkSocksServer server = Tunnels.startServer(port)) {
                Await.until("ready", () -> get(client.metricsAddress().getPort(), "/readyz").statusCode() == 200);
                assertEquals(port, server.port());
            }
            Await.until("alone", () -> get(client.metricsAddress().getPort(), "/readyz").statusCode() == 503);
        }
    }
}
