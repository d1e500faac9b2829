package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.ClientListener;
import io.linksocks.client.LinkSocksClient;
import io.linksocks.protocol.Message;
import io.linksocks.server.ConnectedClient;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.ReverseTokenOptions;
import io.linksocks.server.ServerListener;
import io.linksocks.server.TokenSettings;
import io.linksocks.server.TokenStatus;
import io.linksocks.util.RecordedLog;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who hears of whose coming and going. */
@Timeout(240)
class PartnersIT {
    private static void assertTold(long count, RawPeer peer) throws Exception {
        assertEquals(count, peer.expect(Message.Partners.class).count());
    }

    @Test
    void eachSideIsToldHowManyOfTheOtherItsTokenHas() throws Exception {
        try (Network network = new Network()) {
            int port = network.server.port();
            network.addReverseToken(false);
            network.server.addConnectorToken(Network.CONNECTOR_TOKEN, Network.PROVIDER_TOKEN);
            String second = network.server.addConnectorToken(null, Network.PROVIDER_TOKEN);
            String unrelated = network.server.addReverseToken(ReverseTokenOptions.DEFAULT).token();
            RawPeer stranger = RawPeer.byUrl(port, unrelated, true, null).admitted();
            assertTold(0, stranger);
            RawPeer provider = RawPeer.byUrl(port, Network.PROVIDER_TOKEN, true, null).admitted();
            assertTold(0, provider);
            RawPeer connector = RawPeer.byUrl(port, Network.CONNECTOR_TOKEN, false, null).admitted();
            assertTold(1, connector);
            assertTold(1, provider);
            RawPeer another = RawPeer.byUrl(port, second, false, null).admitted();
            assertTold(1, another);
            assertTold(2, provider);
            RawPeer reserve = RawPeer.byMessage(port, Network.PROVIDER_TOKEN, true, UUID.randomUUID()).admitted();
            assertTold(2, reserve);
            assertTold(2, connector);
            assertTold(2, another);
            reserve.abort();
            assertTold(1, connector);
            assertTold(1, another);
            another.close();
            assertTold(1, provider);
            network.server.removeToken(Network.CONNECTOR_TOKEN);
            assertTold(0, provider);
            assertEquals(null, stranger.seen(Message.Partners.class));
        }
    }

    @Test
    void withAutonomyOnlyItsOwnProviderCounts() throws Exception {
        try (Network network = new Network()) {
            network.addReverseToken(true);
            LinkSocksClient provider = network.provider(client -> client.connectorToken(Network.CONNECTOR_TOKEN));
            LinkSocksClient stranger = network.provider();
            Await.until("token", () -> network.status().contains(Network.CONNECTOR_TOKEN));
            LinkSocksClient connector = network.connector(client -> client.threads(2));
            Await.until("connectors", () -> provider.partners() == 2);
            Await.until("providers", () -> connector.partners() == 1);
            assertEquals(0, stranger.partners());
        }
    }

    private static List<String> partners(RecordedLog log) {
        return log.messages().stream().filter(message -> message.contains("provider is connected")).toList();
    }

    @Test
    void aConnectorLogsWhetherThereIsAProvider() throws Exception {
        String none = "no provider is connected for this token: connections wait for one, and fail if none comes";
        String there = "a provider is connected for this token";
        try (RecordedLog log = new RecordedLog(LinkSocksClient.class.getName()); Network network = new Network()) {
            network.addReverseToken(false);
            network.server.addConnectorToken(Network.CONNECTOR_TOKEN, Network.PROVIDER_TOKEN);
            LinkSocksClient connector = network.connector();
            Await.until("no provider", () -> partners(log).equals(List.of(none)));
            LinkSocksClient provider = network.provider();
            Await.until("a provider", () -> partners(log).equals(List.of(none, there)));
            LinkSocksClient second = network.provider();
            Await.until("two", () -> connector.partners() == 2);
            provider.close();
            second.close();
            Await.until("none again", () -> partners(log).equals(List.of(none, there, none)));
        }
    }

    @Test
    void listenersHearOfIt() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        ServerListener onServer = new ServerListener() {
            @Override
            public void connected(ConnectedClient client) {
                heard.add("server: " + client.role() + " " + client.tokenName() + " came");
            }

            @Override
            public void disconnected(ConnectedClient client) {
                heard.add("server: " + client.role() + " " + client.tokenName() + " left");
            }
        };
        ClientListener onClient = new ClientListener() {
            @Override
            public void connected(String server) {
                heard.add("client: connected to " + server);
            }

            @Override
            public void disconnected(String server, String reason) {
                heard.add("client: disconnected from " + server);
            }

            @Override
            public void partnersChanged(long count) {
                heard.add("client: partners " + count);
            }
        };
        try (Network network = new Network(server -> server.listener(onServer))) {
            String url = "ws://127.0.0.1:" + network.server.port();
            network.addReverseToken(false);
            network.server.addConnectorToken(Network.CONNECTOR_TOKEN, Network.PROVIDER_TOKEN);
            network.server.changeToken(Network.PROVIDER_TOKEN, TokenSettings.builder().name("site").build());
            LinkSocksClient provider = network.provider(client -> client.listener(onClient));
            LinkSocksClient connector = network.connector();
            checkLists(network.server);
            for (String expected : List.of("server: PROVIDER site came", "client: connected to " + url,
                    "client: partners 0", "client: partners 1")) {
                Await.until(expected, () -> heard.contains(expected));
            }
            connector.close();
            provider.close();
            for (String expected : List.of("server: PROVIDER site left",
                    "server: CONNECTOR  left", "client: disconnected from " + url)) {
                Await.until(expected, () -> heard.contains(expected));
            }
            assertTrue(heard.indexOf("client: partners 0") < heard.indexOf("client: partners 1"), heard.toString());
        }
    }

    private static void checkLists(LinkSocksServer server) {
        Await.until("both", () -> server.clients().size() == 2);
        assertEquals(Set.of("PROVIDER site", "CONNECTOR "), server.clients().stream()
                .map(client -> client.role() + " " + client.tokenName()).collect(Collectors.toSet()));
        assertEquals(Set.of(Network.PROVIDER_TOKEN, Network.CONNECTOR_TOKEN),
                server.tokens().stream().map(TokenStatus::token).collect(Collectors.toSet()));
        assertTrue(server.tokens().stream().noneMatch(token -> token.toString().contains(token.token())));
        assertEquals(List.of(), server.channels());
        assertThrows(UnsupportedOperationException.class, () -> server.clients().clear());
    }

    /** Nobody would be left to connect again. */
    @Test
    void aClientWhoseListenerFailsConnectsAgain() throws Exception {
        AtomicInteger connected = new AtomicInteger();
        ClientListener failing = new ClientListener() {
            @Override
            public void connected(String server) {
                if (connected.incrementAndGet() == 1) {
                    throw new IllegalStateException("test");
                }
            }
        };
        try (Tunnels tunnels = Tunnels.forward(client -> client.listener(failing))) {
            assertEquals(1, tunnels.client.status().connections());
            assertEquals(2, connected.get());
        }
    }
}
