package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksClientBuilder;
import io.linksocks.cluster.FakeEtcd;
import io.linksocks.server.ClusterSettings;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.ReverseTokenOptions;
import io.linksocks.tls.TestAuthority;
import io.linksocks.util.QuietPort;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers of a cluster that reach each other through wss, with certificates of an authority of their own. */
@Timeout(240)
class ClusterTlsIT {
    private static final String PROVIDER = "a token for providers";
    private static final String CONNECTOR = "a token for connectors";

    @TempDir
    private Path folder;
    private TestAuthority authority;
    private TestAuthority.Issued issued;
    private FakeEtcd etcd;

    @BeforeEach
    void start() throws Exception {
        authority = new TestAuthority(folder, "authority");
        issued = authority.issue("server", "127.0.0.1");
        etcd = new FakeEtcd();
    }

    @AfterEach
    void stop() {
        etcd.close();
    }

    /**
     * A server that knows those that were started before.
     *
     * @param authorities whom it trusts
     * @param wait of connectors for a provider
     */
    private LinkSocksServer node(Path authorities, Duration wait) throws IOException {
        int present = nodes();
        int port = QuietPort.next();
        Path key = Files.writeString(folder.resolve("cluster.key"), "a secret of a cluster for tests only");
        LinkSocksServer server = LinkSocksServer.builder().host("127.0.0.1").port(port).tls(issued.certificate(), issued.key())
                .connectorWaitProvider(wait).socksHost("127.0.0.1")
                .cluster(ClusterSettings.builder("etcd://127.0.0.1:" + etcd.port() + "/home", key)
                        .nodeUrl(URI.create("wss://127.0.0.1:" + port)).authorities(authorities).build()).build();
        server.addForwardToken(Tunnels.TOKEN);
        server.addReverseToken(ReverseTokenOptions.builder().token(PROVIDER).port(QuietPort.next()).build());
        server.addConnectorToken(CONNECTOR, PROVIDER);
        server.start();
        Await.until("the server is in etcd", () -> nodes() > present);
        return server;
    }

    private LinkSocksServer node() throws IOException {
        return node(authority.file(), Duration.ofSeconds(30));
    }

    private int nodes() {
        return etcd.keys("/linksocks/home/node/").size();
    }

    private LinkSocksClient client(int port, String token) throws Exception {
        LinkSocksClientBuilder builder = LinkSocksClient.builder().url("wss://127.0.0.1:" + port).token(token)
                .ca(authority.file()).socksPort(0).environmentProxy(false).reconnectDelay(Duration.ofMillis(50));
        LinkSocksClient client = (token.equals(PROVIDER) ? builder.provider() : builder).build();
        client.start();
        client.awaitReady(Duration.ofSeconds(30));
        return client;
    }

    @Test
    void providersAreReachedThroughWssWhileEtcdHasNoTls() throws Exception {
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                LinkSocksServer a = node();
                LinkSocksServer b = node();
                LinkSocksClient provider = client(a.port(), PROVIDER);
                LinkSocksClient connector = client(b.port(), CONNECTOR);
                Socket stream = new SocksTestClient(connector.socksAddress()).connect("127.0.0.1", echo.port())) {
            Relayed.checkEcho(stream, 1, "through both servers");
            assertTrue(provider.status().connections() > 0);
        }
    }

    @Test
    void aSessionIsResumedThroughWssAtAnotherServer() throws Exception {
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                LinkSocksServer a = node();
                LinkSocksServer b = node();
                CuttingRelay balancer = new CuttingRelay(a.port());
                LinkSocksClient client = client(balancer.port(), Tunnels.TOKEN);
                Socket stream = new SocksTestClient(client.socksAddress()).connect("127.0.0.1", echo.port())) {
            balancer.redirect(b.port());
            balancer.cutAll();
            Relayed.checkEcho(stream, 1, "through the other server");
            assertTrue(client.status().resumes() > 0);
        }
    }

    @Test
    void aServerWithACertificateOfAStrangerIsNotReached() throws Exception {
        Path stranger = new TestAuthority(folder, "stranger").file();
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                LinkSocksServer a = node();
                LinkSocksServer b = node(stranger, Duration.ofMillis(500));
                LinkSocksClient provider = client(a.port(), PROVIDER);
                LinkSocksClient connector = client(b.port(), CONNECTOR)) {
            SocksTestClient socks = new SocksTestClient(connector.socksAddress());
            assertTrue(provider.status().connections() > 0);
            assertThrows(IOException.class, () -> socks.connect("127.0.0.1", echo.port()));
        }
    }
}
