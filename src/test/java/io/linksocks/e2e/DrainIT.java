package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.cli.Following;
import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksClientBuilder;
import io.linksocks.json.Json;
import io.linksocks.server.ConnectedClient;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.ReverseTokenOptions;
import io.linksocks.server.ServerListener;
import io.linksocks.util.QuietPort;
import io.linksocks.util.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One server takes the place of another on the same port. */
@Timeout(240)
class DrainIT {
    private static final String REVERSE = "a token for providers";
    private static final String CONNECTOR = "a token for connectors";
    private static final String API_KEY = "a key for the API";
    private static final Duration LONG = Duration.ofMinutes(10);

    /** A server that shares its ports, and how many sessions it has. */
    private final class Node implements AutoCloseable, ServerListener {
        final AtomicInteger sessions = new AtomicInteger();
        final LinkSocksServer server;

        Node(int port, int socksPort) throws IOException {
            server = LinkSocksServer.builder().host("127.0.0.1").port(port).socksHost("127.0.0.1").reusePort(true)
                    .nodeDirectory(folder.resolve("nodes")).apiKey(API_KEY)
                    .metrics(new InetSocketAddress("127.0.0.1", 0))
                    .listener(this).build();
            server.addForwardToken(Tunnels.TOKEN);
            server.addReverseToken(ReverseTokenOptions.builder().token(REVERSE).port(socksPort).build());
            server.addConnectorToken(CONNECTOR, REVERSE);
            server.start();
        }

        @Override
        public void connected(ConnectedClient client) {
            sessions.incrementAndGet();
        }

        @Override
        public void disconnected(ConnectedClient client) {
            sessions.decrementAndGet();
        }

        void stop() {
            server.close();
        }

        @Override
        public void close() {
            stop();
        }
    }

    @TempDir
    private Path folder;

    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

    private Future<?> drain(Node node, Duration time) {
        return workers.submit(() -> {
            node.server.drain(time);
            return null;
        });
    }

    private static LinkSocksClient client(int port, UnaryOperator<LinkSocksClientBuilder> options) throws Exception {
        LinkSocksClient client = options.apply(Tunnels.clientOf(port)).build();
        client.start();
        client.awaitReady(Duration.ofSeconds(30));
        return client;
    }

    private static void checkEcho(Socket socket, int round) throws IOException {
        Relayed.checkEcho(socket, round, "drain");
    }

    private static void checkNewConnections(InetSocketAddress socks, Targets.Tcp echo, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            try (Socket socket = new SocksTestClient(socks).connect("127.0.0.1", echo.port())) {
                checkEcho(socket, i);
            }
        }
    }

    @Test
    void newConnectionsMoveToTheSuccessorAndOldOnesEndHere() throws Exception {
        int port = QuietPort.next();
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Node old = new Node(port, QuietPort.next());
                LinkSocksClient client = client(port, UnaryOperator.identity());
                Socket stream = new SocksTestClient(client.socksAddress()).connect("127.0.0.1", echo.port());
                Node successor = new Node(port, QuietPort.next())) {
            Future<?> drained = drain(old, LONG);
            for (int i = 0; successor.sessions.get() == 0; i++) {
                checkNewConnections(client.socksAddress(), echo, 1);
                checkEcho(stream, i);
            }
            checkNewConnections(client.socksAddress(), echo, 20);
            checkEcho(stream, 0);
            assertEquals(1, old.sessions.get(), "the stream holds its session");
            assertFalse(drained.isDone());
            Sockets.close(stream);
            drained.get();
            assertEquals(1, successor.sessions.get());
            checkNewConnections(client.socksAddress(), echo, 1);
        }
    }

    @Test
    void providersAndConnectorsMoveAndSoDoesTheSocksPort() throws Exception {
        int port = QuietPort.next();
        int socksPort = QuietPort.next();
        InetSocketAddress socks = new InetSocketAddress("127.0.0.1", socksPort);
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Node old = new Node(port, socksPort);
                LinkSocksClient provider = client(port, options -> options.token(REVERSE).provider());
                LinkSocksClient connector = client(port, options -> options.token(CONNECTOR));
                Socket agent = new SocksTestClient(connector.socksAddress()).connect("127.0.0.1", echo.port());
                Socket reverse = new SocksTestClient(socks).connect("127.0.0.1", echo.port());
                Node successor = new Node(port, socksPort)) {
            Future<?> drained = drain(old, LONG);
            for (int i = 0; successor.sessions.get() < 2; i++) {
                checkNewConnections(connector.socksAddress(), echo, 1);
                checkNewConnections(socks, echo, 1);
                checkEcho(agent, i);
                checkEcho(reverse, i);
            }
            Sockets.close(agent);
            Sockets.close(reverse);
            while (!drained.isDone()) {
                checkNewConnections(connector.socksAddress(), echo, 1);
                checkNewConnections(socks, echo, 1);
            }
            drained.get();
            old.stop();
            assertEquals(1, provider.status().connections());
            checkNewConnections(connector.socksAddress(), echo, 10);
            checkNewConnections(socks, echo, 10);
        }
    }

    /** Cuts hit the stream at the draining server, which only the new one can lead its client back to. */
    @Test
    void streamsResumeThroughTheSuccessor() throws Exception {
        long bulk = 64 << 20;
        try (Targets.Tcp give = new Targets.Tcp("127.0.0.1", Targets::give);
                Targets.Tcp take = new Targets.Tcp("127.0.0.1", Targets::take);
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Node old = new Node(0, QuietPort.next());
                Node successor = new Node(0, QuietPort.next());
                CuttingRelay relay = new CuttingRelay(old.server.port());
                LinkSocksClient client = client(relay.port(), UnaryOperator.identity());
                Socket stream = new SocksTestClient(client.socksAddress()).connect("127.0.0.1", echo.port())) {
            SocksTestClient socks = new SocksTestClient(client.socksAddress());
            Future<Long> down = workers.submit(() -> ForwardIT.download(socks, give.port(), 1, bulk));
            Future<Long> up = workers.submit(() -> ForwardIT.upload(socks, take.port(), 2, bulk));
            relay.redirect(successor.server.port());
            Future<?> drained = drain(old, LONG);
            for (int i = 0; i < 10; i++) {
                long resumes = client.status().resumes();
                relay.cutAll();
                Await.until("resumed", () -> client.status().resumes() > resumes);
                checkEcho(stream, i);
                checkNewConnections(client.socksAddress(), echo, 1);
            }
            checkShown(successor);
            assertEquals(bulk, down.get());
            assertEquals(bulk, up.get());
            assertFalse(drained.isDone());
            Sockets.close(stream);
            drained.get();
        }
    }

    /** One session, the number of its channels, and the seconds until it ends. */
    private static void checkShown(Node successor) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            String page = get(http, successor.server.metricsAddress().getPort(), "/metrics");
            assertTrue(page.contains("\nlinksocks_draining_sessions 1\n"), page);
            assertFalse(page.contains("\nlinksocks_draining_channels 0\n"), page);
            assertTrue(page.matches("(?s).*\nlinksocks_draining_seconds ([1-5]?[0-9]{1,2}|600)\n.*"), page);
            assertTrue(get(http, successor.server.port(), "/readyz").contains("ready"));
            checkShown((Map<?, ?>) Json.parse(get(http, successor.server.port(), "/api/status")));
            HttpRequest live = request(successor.server.port(), "/api/live");
            try (Stream<String> events = http.send(live, BodyHandlers.ofLines()).body()) {
                String snapshot = events.filter(line -> line.contains("\"draining\":[{")).findFirst().orElseThrow();
                checkShown((Map<?, ?>) Json.parse(snapshot.substring("data: ".length())));
            }
        }
    }

    private static void checkShown(Map<?, ?> state) {
        Map<?, ?> old = (Map<?, ?>) ((List<?>) state.get("draining")).getFirst();
        assertEquals(Set.of("pid", "sessions", "channels", "seconds"), old.keySet());
        assertEquals(1L, old.get("sessions"));
    }

    private static HttpRequest request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).header("X-API-Key", API_KEY).build();
    }

    private static String get(HttpClient http, int port, String path) throws Exception {
        return http.send(request(port, path), BodyHandlers.ofString()).body();
    }

    @Test
    void aServerOnItsWayOutIsNotReady() throws Exception {
        int port = QuietPort.next();
        try (HttpClient http = HttpClient.newHttpClient();
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Node old = new Node(port, QuietPort.next());
                LinkSocksClient client = client(port, UnaryOperator.identity());
                Socket stream = new SocksTestClient(client.socksAddress()).connect("127.0.0.1", echo.port())) {
            assertEquals("ready\n", get(http, port, "/readyz"), "and the connection is kept");
            Future<?> drained = drain(old, LONG);
            Await.until("draining", () -> notReady(http, port));
            Sockets.close(stream);
            drained.get();
        }
    }

    private static boolean notReady(HttpClient http, int port) {
        try {
            return get(http, port, "/readyz")
                    .matches("draining: 1 sessions with 1 channels left, for [89] min( [0-9]+ s)? at most\n");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFileOfTunnelsDrainsItsServers() throws Exception {
        int port = QuietPort.next();
        Path file = folder.resolve("tunnels.json");
        Files.writeString(file, """
                {"servers": {"s": {"token": "%s", "ws-host": "127.0.0.1", "ws-port": %d, "drain": "10m", "node-dir": "nodes"}}}
                """.formatted(Tunnels.TOKEN, port));
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Following old = new Following(file);
                LinkSocksClient client = client(port, UnaryOperator.identity());
                Socket stream = new SocksTestClient(client.socksAddress()).connect("127.0.0.1", echo.port());
                Following successor = new Following(file)) {
            Future<?> drained = workers.submit(old::drain);
            for (int i = 0; !successor.log().contains(" connected"); i++) {
                checkNewConnections(client.socksAddress(), echo, 1);
                checkEcho(stream, i);
            }
            checkEcho(stream, 0);
            assertFalse(drained.isDone());
            Sockets.close(stream);
            drained.get();
            checkNewConnections(client.socksAddress(), echo, 1);
        }
    }

    @Test
    void aClientThatCanNotMoveKeepsItsConnectionUntilTheTimeIsOver() throws Exception {
        int port = QuietPort.next();
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Node old = new Node(port, QuietPort.next());
                LinkSocksClient client = client(port, ModesIT::withoutExtensions);
                Node successor = new Node(port, QuietPort.next())) {
            Future<?> drained = drain(old, Duration.ofSeconds(2));
            checkNewConnections(client.socksAddress(), echo, 1);
            assertEquals(0, successor.sessions.get());
            drained.get();
            assertEquals(1, old.sessions.get());
            old.stop();
            Await.until("connected to the successor", () -> successor.sessions.get() > 0);
            checkNewConnections(client.socksAddress(), echo, 1);
        }
    }
}
