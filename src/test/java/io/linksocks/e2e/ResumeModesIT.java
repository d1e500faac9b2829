package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksClientBuilder;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Resume in the modes where the server has no targets of its own, and over several WebSockets. */
@Timeout(240)
class ResumeModesIT {
    private static final long BULK = 24 << 20;
    private static final int CUTS = 12;

    private static LinkSocksClientBuilder through(CuttingRelay relay, String token) {
        return LinkSocksClient.builder().url("ws://127.0.0.1:" + relay.port()).token(token).socksPort(0)
                .environmentProxy(false).reconnectDelay(Duration.ofMillis(50));
    }

    private static void checkTransfers(SocksTestClient socks, CuttingRelay relay) throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (Targets.Tcp give = new Targets.Tcp("127.0.0.1", Targets::give);
                Targets.Tcp take = new Targets.Tcp("127.0.0.1", Targets::take);
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Socket survivor = socks.connect("127.0.0.1", echo.port())) {
            Relayed.checkEcho(survivor, seed, "before");
            for (int i = 0; i < CUTS; i++) {
                relay.cutAfter(10_000 + random.nextInt((int) BULK / CUTS));
            }
            relay.cutAll();
            assertEquals(BULK, ForwardIT.download(socks, give.port(), seed, BULK), "seed " + seed);
            assertEquals(BULK, ForwardIT.upload(socks, take.port(), seed, BULK), "seed " + seed);
            Relayed.checkEcho(survivor, seed, "seed " + seed);
            assertTrue(relay.cuts() >= CUTS / 2, () -> relay.cuts() + " cuts, seed " + seed);
        }
    }

    @Test
    void survivesCutsInReverseMode() throws Exception {
        try (Network network = new Network();
                CuttingRelay relay = new CuttingRelay(network.server.port())) {
            network.addReverseToken(false);
            network.start(through(relay, Network.PROVIDER_TOKEN).provider().build());
            network.awaitSocksPort();
            checkTransfers(network.socks(), relay);
        }
    }

    @Test
    void survivesCutsOnBothHopsOfAgentMode() throws Exception {
        try (Network network = new Network();
                CuttingRelay relay = new CuttingRelay(network.server.port())) {
            network.addReverseToken(false);
            network.server.addConnectorToken(Network.CONNECTOR_TOKEN, Network.PROVIDER_TOKEN);
            network.start(through(relay, Network.PROVIDER_TOKEN).provider().build());
            LinkSocksClient connector = network.start(through(relay, Network.CONNECTOR_TOKEN).build());
            checkTransfers(new SocksTestClient(connector.socksAddress()), relay);
        }
    }

    @Test
    void survivesCutsOfThreeWebSockets() throws Exception {
        try (Relayed network = new Relayed(server -> server, client -> client.threads(3))) {
            Await.until("all are connected", () -> network.relay.connections() >= 3);
            checkTransfers(network.socks(), network.relay);
        }
    }
}
