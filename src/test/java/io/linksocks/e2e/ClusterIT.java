package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksClientBuilder;
import io.linksocks.client.LinkSocksException;
import io.linksocks.cluster.MemoryCluster;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.TokenHash;
import io.linksocks.server.ClientRole;
import io.linksocks.server.ClusterAccess;
import io.linksocks.server.ConnectedClient;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.LinkSocksServerBuilder;
import io.linksocks.server.ReverseTokenOptions;
import io.linksocks.server.ServerListener;
import io.linksocks.util.QuietPort;
import io.linksocks.websocket.ConnectOptions;
import io.linksocks.websocket.JdkWebSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers of a cluster, whose clients and providers are at different ones. */
@Timeout(240)
class ClusterIT {
    private static final String PROVIDER = "a token for providers";
    private static final String CONNECTOR = "a token for connectors";
    private static final UUID GROUP = new UUID(0, 0);
    private static final long BULK = 8 << 20;

    private final MemoryCluster cluster = new MemoryCluster();
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

    /** A server; others reach it through a relay. */
    private final class Node implements AutoCloseable, ServerListener {
        final MemoryCluster.Member directory = cluster.join();
        final List<ClientRole> roles = new CopyOnWriteArrayList<>();
        final int socksPort = QuietPort.next();
        final CuttingRelay relay;
        final LinkSocksServer server;

        Node() throws IOException {
            this(UnaryOperator.identity());
        }

        Node(UnaryOperator<LinkSocksServerBuilder> options) throws IOException {
            int port = QuietPort.next();
            relay = new CuttingRelay(port);
            server = options.apply(LinkSocksServer.builder()).host("127.0.0.1").port(port).socksHost("127.0.0.1").listener(this)
                    .cluster(ClusterAccess.settings(directory, URI.create("ws://127.0.0.1:" + relay.port()))).build();
            server.addForwardToken(Tunnels.TOKEN);
            server.addReverseToken(ReverseTokenOptions.builder().token(PROVIDER).port(socksPort).build());
            server.addConnectorToken(CONNECTOR, PROVIDER);
            server.start();
        }

        InetSocketAddress socks() {
            return new InetSocketAddress("127.0.0.1", socksPort);
        }

        Map<Integer, Integer> providersElsewhere() {
            return directory.providers(TokenHash.of(PROVIDER), GROUP);
        }

        @Override
        public void connected(ConnectedClient client) {
            roles.add(client.role());
        }

        @Override
        public void disconnected(ConnectedClient client) {
            roles.remove(client.role());
        }

        @Override
        public void close() throws IOException {
            server.close();
            relay.close();
        }
    }

    private static LinkSocksClient client(int port, String token) throws Exception {
        LinkSocksClientBuilder builder = Tunnels.clientOf(port).token(token);
        LinkSocksClient client = (token.equals(PROVIDER) ? builder.provider() : builder).build();
        client.start();
        client.awaitReady(Duration.ofSeconds(30));
        return client;
    }

    private static LinkSocksClient client(Node node, String token) throws Exception {
        return client(node.server.port(), token);
    }

    private static void end(AutoCloseable one) throws Exception {
        one.close();
    }

    private static void awaitPort(InetSocketAddress socks) {
        Await.until("the port is open", () -> {
            try (Socket socket = new Socket(socks.getAddress(), socks.getPort())) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }

    private static void checkEcho(InetSocketAddress socks, Targets.Tcp echo) throws IOException {
        try (Socket socket = new SocksTestClient(socks).connect("127.0.0.1", echo.port())) {
            Relayed.checkEcho(socket, 1, "cluster");
        }
    }

    @Test
    void aConnectorReachesAProviderAtAnotherServer() throws Exception {
        try (Targets.Tcp give = new Targets.Tcp("127.0.0.1", Targets::give);
                Targets.Tcp take = new Targets.Tcp("127.0.0.1", Targets::take);
                Node a = new Node();
                Node b = new Node();
                LinkSocksClient provider = client(a, PROVIDER);
                LinkSocksClient connector = client(b, CONNECTOR)) {
            SocksTestClient socks = new SocksTestClient(connector.socksAddress());
            Future<Long> down = workers.submit(() -> ForwardIT.download(socks, give.port(), 1, BULK));
            Future<Long> up = workers.submit(() -> ForwardIT.upload(socks, take.port(), 2, BULK));
            assertEquals(BULK, down.get());
            assertEquals(BULK, up.get());
            assertEquals(1, provider.status().connections());
            assertEquals(List.of(ClientRole.PROVIDER, ClientRole.CONNECTOR), a.roles, "the provider, and the other server");
            Await.until("one partner", () -> connector.partners() == 1);
            end(provider);
            Await.until("no partners", () -> connector.partners() == 0);
        }
    }

    @Test
    void aSocksPortLeadsToAProviderAtAnotherServer() throws Exception {
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Node a = new Node();
                Node b = new Node();
                LinkSocksClient provider = client(a, PROVIDER)) {
            awaitPort(a.socks());
            awaitPort(b.socks());
            checkEcho(a.socks(), echo);
            checkEcho(b.socks(), echo);
            assertEquals(1, provider.status().connections());
        }
    }

    @Test
    void providersOfTheSameServerComeFirst() throws Exception {
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Node a = new Node();
                Node b = new Node();
                LinkSocksClient far = client(a, PROVIDER);
                LinkSocksClient near = client(b, PROVIDER);
                LinkSocksClient connector = client(b, CONNECTOR)) {
            for (int i = 0; i < 5; i++) {
                checkEcho(connector.socksAddress(), echo);
            }
            assertEquals(List.of(ClientRole.PROVIDER), a.roles, "nobody asked for the provider there");
            end(near);
            Await.until("the provider has left", () -> a.providersElsewhere().isEmpty());
            checkEcho(connector.socksAddress(), echo);
            assertEquals(List.of(ClientRole.PROVIDER, ClientRole.CONNECTOR), a.roles);
            assertEquals(1, far.status().connections());
        }
    }

    /** Otherwise two servers could lead a connection to each other for ever. */
    @Test
    void aProviderOfAnotherServerIsNotOfferedOn() throws Exception {
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Node a = new Node();
                Node b = new Node();
                Node c = new Node(server -> server.connectorWaitProvider(Duration.ofSeconds(1)));
                LinkSocksClient provider = client(a, PROVIDER);
                LinkSocksClient connector = client(b, CONNECTOR);
                LinkSocksClient impatient = client(c, CONNECTOR)) {
            checkEcho(connector.socksAddress(), echo);
            assertEquals(1, c.providersElsewhere().size(), "only where the provider is");
            awaitPort(c.socks());
            checkEcho(c.socks(), echo);
            assertEquals(List.of(ClientRole.PROVIDER, ClientRole.CONNECTOR, ClientRole.CONNECTOR), a.roles);
            assertEquals(List.of(ClientRole.CONNECTOR), b.roles);
            end(provider);
            Await.until("the provider has left", () -> c.providersElsewhere().isEmpty());
            assertThrows(IOException.class, () -> checkEcho(impatient.socksAddress(), echo));
        }
    }

    @Test
    void streamsSurviveTheLossOfTheLinkBetweenServers() throws Exception {
        try (Targets.Tcp give = new Targets.Tcp("127.0.0.1", Targets::give);
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Node a = new Node();
                Node b = new Node();
                LinkSocksClient provider = client(a, PROVIDER);
                LinkSocksClient connector = client(b, CONNECTOR);
                Socket stream = new SocksTestClient(connector.socksAddress()).connect("127.0.0.1", echo.port())) {
            SocksTestClient socks = new SocksTestClient(connector.socksAddress());
            Future<Long> down = workers.submit(() -> ForwardIT.download(socks, give.port(), 1, BULK));
            for (int i = 0; i < 5; i++) {
                a.relay.cutAll();
                Relayed.checkEcho(stream, i, "after a cut");
            }
            assertEquals(BULK, down.get());
            assertTrue(a.relay.connections() > 5);
            assertEquals(List.of(ClientRole.PROVIDER, ClientRole.CONNECTOR), a.roles, "the same session");
            assertEquals(0, provider.status().resumes());
        }
    }

    @Test
    void whenAServerIsGoneItsProvidersAreFoundElsewhere() throws Exception {
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Node a = new Node();
                Node b = new Node();
                Node c = new Node();
                CuttingRelay balancer = new CuttingRelay(a.server.port());
                LinkSocksClient provider = client(balancer.port(), PROVIDER);
                LinkSocksClient connector = client(b, CONNECTOR)) {
            checkEcho(connector.socksAddress(), echo);
            balancer.redirect(c.server.port());
            end(a);
            checkEcho(connector.socksAddress(), echo);
            assertEquals(1, provider.status().connections());
            assertEquals(List.of(ClientRole.PROVIDER, ClientRole.CONNECTOR), c.roles);
        }
    }

    @Test
    void aServerThatDrainsIsNotChosenAndKeepsItsStreams() throws Exception {
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Node a = new Node();
                Node b = new Node();
                Node c = new Node();
                CuttingRelay balancer = new CuttingRelay(a.server.port());
                LinkSocksClient provider = client(balancer.port(), PROVIDER);
                LinkSocksClient connector = client(b, CONNECTOR);
                Socket stream = new SocksTestClient(connector.socksAddress()).connect("127.0.0.1", echo.port())) {
            balancer.redirect(c.server.port());
            Future<?> drained = workers.submit(() -> {
                a.server.drain(Duration.ofMinutes(10));
                return null;
            });
            for (int i = 0; c.roles.size() < 2; i++) {
                checkEcho(connector.socksAddress(), echo);
                Relayed.checkEcho(stream, i, "while it drains");
            }
            a.relay.cutAll();
            Relayed.checkEcho(stream, 1, "after a cut");
            assertFalse(drained.isDone());
            end(stream);
            drained.get();
            checkEcho(connector.socksAddress(), echo);
            assertEquals(1, provider.status().connections());
        }
    }

    @Test
    void aClientResumesItsSessionThroughAnotherServer() throws Exception {
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Node a = new Node();
                Node b = new Node();
                Node c = new Node();
                CuttingRelay balancer = new CuttingRelay(a.server.port());
                LinkSocksClient client = client(balancer.port(), Tunnels.TOKEN);
                Socket stream = new SocksTestClient(client.socksAddress()).connect("127.0.0.1", echo.port())) {
            for (Node next : List.of(b, c, a, c, b)) {
                long resumes = client.status().resumes();
                balancer.redirect(next.server.port());
                balancer.cutAll();
                Relayed.checkEcho(stream, resumes, "after a cut");
                assertTrue(client.status().resumes() > resumes);
            }
            assertEquals(List.of(ClientRole.CLIENT), a.roles);
            assertEquals(List.of(), b.roles);
        }
    }

    @Test
    void aConnectorIsToldThatItsProviderMayBeAtAnotherServer() throws Exception {
        String autonomous = "a token for providers that choose";
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Node a = new Node();
                Node b = new Node()) {
            for (Node node : List.of(a, b)) {
                node.server.addReverseToken(ReverseTokenOptions.builder().token(autonomous).connectorAutonomy(true).build());
            }
            try (LinkSocksClient provider = Tunnels.clientOf(a.server.port()).token(autonomous).provider()
                    .connectorToken("chosen").build()) {
                provider.start();
                provider.awaitReady(Duration.ofSeconds(30));
                LinkSocksException refusal = assertThrows(LinkSocksException.class, () -> client(b, "chosen"));
                assertTrue(refusal.getMessage().contains("connect to the server that the provider is at"), refusal.getMessage());
                try (LinkSocksClient connector = client(a, "chosen")) {
                    checkEcho(connector.socksAddress(), echo);
                }
            }
        }
    }

    @Test
    void aStrangerGetsNoLinkOfAServer() throws Exception {
        try (Node a = new Node();
                LinkSocksClient provider = client(a, PROVIDER)) {
            for (String path : List.of("/cluster/link", "/cluster/providers")) {
                Map<String, String> headers = Map.of("LinkSocks-Nonce", "0".repeat(64), "LinkSocks-Peer", "192.0.2.1:1");
                Link link = JdkWebSocket.connect(new ConnectOptions(URI.create("ws://127.0.0.1:" + a.server.port() + path),
                        headers, Duration.ofSeconds(10), Optional.empty(), null));
                byte[] claim = new byte[80];
                assertEquals(64, link.receive().length(), "nothing but a challenge");
                link.send(new Slice(claim, 16, 64));
                assertEquals(null, link.receive());
                assertThrows(IOException.class, () -> JdkWebSocket.connect(ConnectOptions.direct(
                        URI.create("ws://127.0.0.1:" + a.server.port() + path), Duration.ofSeconds(10))), "without a nonce");
            }
            assertEquals(1, provider.status().connections());
        }
    }
}
