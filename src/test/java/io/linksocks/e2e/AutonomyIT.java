package io.linksocks.e2e;

import static io.linksocks.e2e.RolesIT.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksException;
import io.linksocks.protocol.Message;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.ReverseTokenOptions;
import io.linksocks.util.Endpoint;
import io.linksocks.util.QuietPort;
import io.linksocks.wire.WireSettings;
import java.net.Socket;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Providers that manage connector tokens of their own, each for itself. */
@Timeout(240)
class AutonomyIT {
    private static final Endpoint SOMEWHERE = new Endpoint("192.0.2.1", 80);
    private static final String TOKEN = Network.CONNECTOR_TOKEN;

    private static Network network(Duration grace) throws Exception {
        Network network = new Network(server -> server.wire(WireSettings.builder().resumeTimeout(grace).build()));
        network.addReverseToken(true);
        return network;
    }

    private static RawPeer provider(Network network, UUID instance) throws Exception {
        return RawPeer.byUrl(network.server.port(), Network.PROVIDER_TOKEN, true, instance).admitted();
    }

    private static RawPeer connector(Network network, String token) throws Exception {
        return RawPeer.byUrl(network.server.port(), token, false, null).admitted();
    }

    private static boolean mayEnter(Network network, String token) {
        try (RawPeer peer = RawPeer.byUrl(network.server.port(), token, false, null)) {
            return peer.expect(Message.AuthResponse.class).success();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String add(RawPeer provider, String token) throws Exception {
        provider.send(new Message.Connector(UUID.randomUUID(), token, Message.Operation.ADD));
        Message.ConnectorResponse answer = provider.expect(Message.ConnectorResponse.class);
        assertTrue(answer.success(), answer.error());
        return answer.token();
    }

    private static Message.Connector request(String token, Message.Operation operation) {
        return new Message.Connector(UUID.randomUUID(), token, operation);
    }

    @Test
    void aConnectorReachesExactlyTheProviderOfItsToken() throws Exception {
        try (Network network = network(Duration.ofMinutes(1));
                RawPeer first = provider(network, UUID.randomUUID());
                RawPeer second = RawPeer.byMessage(network.server.port(), Network.PROVIDER_TOKEN, true,
                        UUID.randomUUID()).admitted();
                RawPeer third = provider(network, null)) {
            assertEquals("one", add(first, "one"));
            add(second, "two");
            String made = add(third, "");
            assertTrue(made.length() >= 16, made);
            String[] tokens = {"one", "two", made};
            RawPeer[] providers = {first, second, third};
            for (int i = 0; i < tokens.length; i++) {
                try (RawPeer connector = connector(network, tokens[i])) {
                    for (int port = 1; port <= 10; port++) {
                        connector.connect(new Endpoint("192.0.2." + i, port));
                        assertEquals(new Endpoint("192.0.2." + i, port),
                                providers[i].expect(Message.Connect.class).target());
                    }
                }
            }
            for (RawPeer provider : providers) {
                assertNull(provider.seen(Message.Connect.class));
            }
        }
    }

    @Test
    void aProviderHasAThousandTokensAtTheMost() throws Exception {
        try (Network network = network(Duration.ofMinutes(1)); RawPeer provider = provider(network, UUID.randomUUID())) {
            for (int i = 0; i < 1000; i++) {
                add(provider, "connector " + i);
            }
            assertEquals("connector 0", add(provider, "connector 0"), "this one is there already");
            assertRefused(provider, request("one more", Message.Operation.ADD));
        }
    }

    @Test
    void aProviderManagesOnlyItsOwnTokens() throws Exception {
        try (Network network = network(Duration.ofMinutes(1));
                RawPeer owner = provider(network, UUID.randomUUID());
                RawPeer thief = provider(network, UUID.randomUUID())) {
            network.server.addForwardToken("forward");
            String unrelated = network.server.addReverseToken(ReverseTokenOptions.DEFAULT).token();
            String shared = network.server.addConnectorToken(null, unrelated);
            add(owner, TOKEN);
            for (String token : new String[] {TOKEN, "forward", unrelated, shared, Network.PROVIDER_TOKEN, "anonymous"}) {
                assertRefused(thief, request(token, Message.Operation.ADD));
                assertRefused(thief, request(token, Message.Operation.REMOVE));
            }
            assertRefused(thief, request("unknown", Message.Operation.REMOVE));
            assertTrue(mayEnter(network, TOKEN));
            assertEquals(TOKEN, add(owner, TOKEN));
        }
    }

    @Test
    void removalCutsOffItsConnectorsAtOnce() throws Exception {
        try (Network network = network(Duration.ofMinutes(1)); RawPeer provider = provider(network, UUID.randomUUID())) {
            add(provider, TOKEN);
            RawPeer connector = connector(network, TOKEN);
            provider.send(request(TOKEN, Message.Operation.REMOVE));
            assertTrue(provider.expect(Message.ConnectorResponse.class).success());
            connector.expectEnd();
            assertFalse(mayEnter(network, TOKEN));
            add(provider, TOKEN);
            assertTrue(mayEnter(network, TOKEN));
        }
    }

    @Test
    void allConnectionsOfAnInstanceAreOneProvider() throws Exception {
        UUID instance = UUID.randomUUID();
        try (Network network = network(Duration.ofMinutes(1));
                RawPeer first = provider(network, instance);
                RawPeer second = RawPeer.byMessage(network.server.port(), Network.PROVIDER_TOKEN, true, instance)
                        .admitted()) {
            add(first, TOKEN);
            assertEquals(TOKEN, add(second, TOKEN));
            try (RawPeer connector = connector(network, TOKEN)) {
                connector.connect(SOMEWHERE);
                connector.connect(SOMEWHERE);
                first.expect(Message.Connect.class);
                second.expect(Message.Connect.class);
            }
        }
    }

    @Test
    void anInstanceThatMayBeAnybodysIsNobodys() throws Exception {
        UUID zero = new UUID(0, 0);
        try (Network network = network(Duration.ofMinutes(1));
                RawPeer first = provider(network, zero);
                RawPeer second = RawPeer.byMessage(network.server.port(), Network.PROVIDER_TOKEN, true, zero).admitted()) {
            add(first, TOKEN);
            assertRefused(second, request(TOKEN, Message.Operation.ADD));
            assertRefused(second, request(TOKEN, Message.Operation.REMOVE));
        }
    }

    @Test
    void tokensWaitForTheReturnOfTheirInstance() throws Exception {
        UUID instance = UUID.randomUUID();
        try (Network network = network(Duration.ofMinutes(1))) {
            RawPeer before = provider(network, instance);
            add(before, TOKEN);
            RawPeer connector = connector(network, TOKEN);
            before.close();
            network.awaitStatus("\"clients_count\":0");
            try (RawPeer other = provider(network, UUID.randomUUID())) {
                assertRefused(other, request(TOKEN, Message.Operation.ADD));
                connector.connect(SOMEWHERE);
                try (RawPeer after = provider(network, instance)) {
                    assertEquals(SOMEWHERE, after.expect(Message.Connect.class).target());
                    assertNull(other.seen(Message.Connect.class));
                }
            }
        }
    }

    @Test
    void tokensOfAnInstanceThatStaysAwayGo() throws Exception {
        try (Network network = network(Duration.ofMillis(100))) {
            RawPeer provider = provider(network, UUID.randomUUID());
            add(provider, TOKEN);
            RawPeer connector = connector(network, TOKEN);
            provider.abort();
            connector.expectEnd();
            network.awaitStatus("\"connector_tokens\":[]");
            assertFalse(mayEnter(network, TOKEN));
            try (RawPeer next = provider(network, UUID.randomUUID())) {
                add(next, TOKEN);
            }
        }
    }

    // --- with our own provider -------------------------------------------------------------------------------------

    @Test
    void ourProviderAddsAndRemovesTokens() throws Exception {
        try (Network network = network(Duration.ofMinutes(1)); Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            LinkSocksClient provider = network.provider(client -> client.threads(3));
            assertTrue(provider.addConnectorToken(null).length() >= 16);
            assertEquals(TOKEN, provider.addConnectorToken(TOKEN));
            LinkSocksClient connector = network.connector();
            for (int i = 0; i < 6; i++) {
                network.socks().connect("127.0.0.1", echo.port()).close();
            }
            LinkSocksException refusal = assertThrows(LinkSocksException.class,
                    () -> network.provider().addConnectorToken(TOKEN));
            assertEquals(LinkSocksException.Kind.CONNECTOR_REFUSED, refusal.kind());
            assertFalse(refusal.getMessage().contains(TOKEN), refusal.getMessage());
            provider.removeConnectorToken(TOKEN);
            assertEquals(LinkSocksException.Kind.INVALID_TOKEN,
                    assertThrows(LinkSocksException.class, connector::awaitClosed).kind());
            assertThrows(LinkSocksException.class, () -> provider.removeConnectorToken(TOKEN));
            assertThrows(IllegalStateException.class, () -> connector.addConnectorToken("x"));
        }
    }

    /** It would take sealed channels only, from then on. */
    @Test
    void aRefusedTokenLeavesNoSecret() throws Exception {
        try (Network network = network(Duration.ofMinutes(1)); Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            network.provider().addConnectorToken(TOKEN);
            LinkSocksClient provider = network.provider();
            String sealed = TOKEN + "#" + LinkSocksClient.newSecret();
            assertThrows(LinkSocksException.class, () -> provider.addConnectorToken(sealed));
            provider.addConnectorToken("unsealed");
            LinkSocksClient connector = network.start(network.builder("unsealed").socks(false).build());
            connector.dial("127.0.0.1", echo.port()).close();
        }
    }

    @Test
    void ourProviderAsksAgainAfterARestartOfTheServer() throws Exception {
        int port = QuietPort.next();
        Network first = new Network(server -> server.port(port));
        first.addReverseToken(true);
        try (LinkSocksClient provider =
                first.builder(Network.PROVIDER_TOKEN).provider().connectorToken("given").build()) {
            provider.start();
            provider.awaitReady(Duration.ofSeconds(30));
            provider.addConnectorToken(TOKEN);
            first.close();
            try (Network second = new Network(server -> server.port(port));
                    Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
                second.addReverseToken(true);
                second.awaitStatus("\"" + TOKEN + "\"");
                second.connector();
                try (Socket socket = second.socks().connect("127.0.0.1", echo.port())) {
                    socket.getOutputStream().write(1);
                    assertEquals(1, socket.getInputStream().read());
                }
            }
        }
    }

    @Test
    void ourProviderInsistsUntilATokenIsFree() throws Exception {
        try (Network network = network(Duration.ofMinutes(1)); RawPeer owner = provider(network, UUID.randomUUID())) {
            add(owner, TOKEN);
            LinkSocksClient provider = network.provider(client -> client.connectorToken(TOKEN));
            owner.send(request(TOKEN, Message.Operation.REMOVE));
            assertTrue(owner.expect(Message.ConnectorResponse.class).success());
            network.awaitStatus("\"" + TOKEN + "\"");
            assertThrows(IllegalStateException.class,
                    () -> LinkSocksClient.builder().connectorToken("for no provider").build());
            assertEquals(0, provider.partners());
        }
    }

    @Test
    void thereIsNoSocksPort() throws Exception {
        try (LinkSocksServer server = LinkSocksServer.builder().host("127.0.0.1").port(0).socksNoWait(true).build()) {
            assertEquals(-1, server.addReverseToken(ReverseTokenOptions.builder().connectorAutonomy(true).build()).port());
        }
    }
}
