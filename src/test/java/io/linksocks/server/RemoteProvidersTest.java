package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.cluster.Directory;
import io.linksocks.cluster.MemoryCluster;
import io.linksocks.dial.RelayCounters;
import io.linksocks.protocol.TokenHash;
import io.linksocks.session.Session;
import io.linksocks.session.Waiting;
import io.linksocks.util.QuietPort;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When there are sessions with other servers. */
@Timeout(240)
class RemoteProvidersTest {
    private static final String TOKEN = "a token for providers";
    private static final UUID GROUP = new UUID(0, 0);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final MemoryCluster cluster = new MemoryCluster();
    private final MemoryCluster.Member far = cluster.join();
    private final MemoryCluster.Member near = cluster.join();
    private final AtomicLong now = new AtomicLong();
    private LinkSocksServer server;
    private RemoteProviders providers;
    private ProviderGroup group;

    @BeforeEach
    void start() throws IOException {
        int port = QuietPort.next();
        server = LinkSocksServer.builder().host("127.0.0.1").port(port)
                .cluster(settings(far, "ws://127.0.0.1:" + port)).build();
        server.addReverseToken(ReverseTokenOptions.builder().token(TOKEN).build());
        server.start();
        ServerOptions options = LinkSocksServer.builder().cluster(settings(near, "ws://127.0.0.1:2")).options();
        ServerCounters counters = new ServerCounters(() -> null);
        TokenRegistry tokens = new TokenRegistry(options, new AccessConfig(options.entry(), options.dial(), new RelayCounters()),
                counters);
        Nodes nodes = Nodes.ofCluster(near, options.cluster().nodeUrl(), null, new SessionDirectory(),
                new Gatekeeper(new TrustedProxies(List.of()), new FailureLimiter(System::nanoTime), counters, 10, null),
                counters);
        providers = new RemoteProviders(new RemoteServer.Shared(near, nodes, options, counters.sessions), now::get,
                Duration.ofMillis(10));
        tokens.reach(providers);
        group = tokens.add(new TokenRecord.Reverse(ReverseTokenOptions.builder().token(TOKEN).build(), TokenSettings.DEFAULT))
                .sharedGroup();
    }

    @AfterEach
    void stop() {
        providers.close();
        server.close();
    }

    private static ClusterSettings settings(Directory directory, String url) {
        return ClusterSettings.builder(() -> directory).nodeUrl(URI.create(url)).build();
    }

    @Test
    void aSessionBeginsWhenAConnectionNeedsItAndEndsAfterFiveIdleMinutes() throws IOException {
        far.publishProviders(TokenHash.of(TOKEN), GROUP, 1);
        assertEquals(0, group.pool().size());
        Session session = group.pool().await(LONG);
        now.addAndGet(Duration.ofMinutes(4).toNanos());
        assertSame(session, group.pool().await(LONG));
        now.addAndGet(Duration.ofMinutes(4).toNanos());
        assertTrue(session.isAlive());
        now.addAndGet(Duration.ofMinutes(2).toNanos());
        Waiting.until("closed", () -> !session.isAlive());
        assertTrue(group.pool().await(LONG).isAlive(), "another one");
    }

    @Test
    void aConnectionThatWaitsGetsAProviderThatComes() {
        CompletableFuture<Session> session = new CompletableFuture<>();
        Thread connection = Thread.ofVirtual().start(() -> {
            try {
                session.complete(group.pool().await(LONG));
            } catch (IOException e) {
                session.completeExceptionally(e);
            }
        });
        Waiting.until("waiting", () -> connection.getState() == Thread.State.TIMED_WAITING);
        far.publishProviders(TokenHash.of(TOKEN), GROUP, 1);
        providers.refresh();
        assertTrue(session.join().isAlive());
    }
}
