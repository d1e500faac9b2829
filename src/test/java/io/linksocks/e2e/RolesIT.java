package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksClientBuilder;
import io.linksocks.client.LinkSocksException;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule of docs/protocol.md, roles, against a peer that violates it. */
@Timeout(240)
class RolesIT {
    private static final Endpoint SOMEWHERE = new Endpoint("192.0.2.1", 80);
    private static final String FORWARD_TOKEN = "a client's token";
    private static final String OTHER = "another ";

    private Network network;
    private int port;

    @BeforeEach
    void open() throws Exception {
        network = new Network();
        port = network.server.port();
        network.server.addForwardToken(FORWARD_TOKEN);
        network.addReverseToken(false);
        network.server.addConnectorToken(Network.CONNECTOR_TOKEN, Network.PROVIDER_TOKEN);
    }

    @AfterEach
    void close() {
        network.close();
    }

    private RawPeer provider() throws Exception {
        return RawPeer.byUrl(port, Network.PROVIDER_TOKEN, true, null).admitted();
    }

    private RawPeer connector() throws Exception {
        return RawPeer.byUrl(port, Network.CONNECTOR_TOKEN, false, null).admitted();
    }

    // --- authentication --------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({FORWARD_TOKEN + ",true", Network.PROVIDER_TOKEN + ",false", Network.CONNECTOR_TOKEN + ",true",
        "unknown,false", "unknown,true", "anonymous,false", "anonymous,true"})
    void aTokenInTheWrongRoleIsInvalid(String token, boolean reverse) throws Exception {
        for (RawPeer peer : new RawPeer[] {RawPeer.byUrl(port, token, reverse, null),
            RawPeer.byMessage(port, token, reverse, UUID.randomUUID())}) {
            Message.AuthResponse verdict = peer.expect(Message.AuthResponse.class);
            assertFalse(verdict.success());
            assertEquals("invalid token", verdict.error());
            peer.expectEnd();
        }
    }

    @ParameterizedTest
    @CsvSource({FORWARD_TOKEN + ",false", Network.PROVIDER_TOKEN + ",true", Network.CONNECTOR_TOKEN + ",false"})
    void aTokenInTheRightRoleIsValidInBothForms(String token, boolean reverse) throws Exception {
        RawPeer.byUrl(port, token, reverse, null).admitted().close();
        RawPeer.byMessage(port, token, reverse, UUID.randomUUID()).admitted().close();
        RawPeer.byMessage(port, token, reverse, new UUID(0, 0)).admitted().close();
    }

    /** The server's answer is the same for all. */
    @ParameterizedTest
    @CsvSource({FORWARD_TOKEN + ",true,it is not a provider's; run a client with it",
        Network.PROVIDER_TOKEN + ",false,it is a provider's", Network.CONNECTOR_TOKEN + ",true,it is not a provider's",
        Network.CONNECTOR_TOKEN + ",true,or ask for a provider's token",
        "unknown,false,token(...)"})
    void aClientNamesTheRoleThatItsTokenHas(String token, boolean reverse, String why) throws Exception {
        LinkSocksClientBuilder builder = Tunnels.clientOf(port).token(token);
        try (LinkSocksClient client = (reverse ? builder.provider() : builder).build()) {
            client.start();
            String message = assertThrows(LinkSocksException.class, client::awaitClosed).getMessage();
            assertTrue(message.contains(" refused the token (invalid token)") && message.contains(why), message);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "zz000000000000000000000000000000000000000000000000000000000000zz"})
    void aHashThatIsNoneHasAWrongFormat(String hash) throws Exception {
        RawPeer peer = RawPeer.open(port, "/socket?token=" + hash);
        assertEquals("invalid token format", peer.expect(Message.AuthResponse.class).error());
        peer.expectEnd();
    }

    // --- channels --------------------------------------------------------------------------------------------------

    @Test
    void aProviderMayNotOpenChannels() throws Exception {
        try (Targets.Tcp target = new Targets.Tcp("127.0.0.1", Targets::echo); RawPeer provider = provider()) {
            UUID id = provider.connect(new Endpoint("127.0.0.1", target.port()));
            Message.ConnectResponse answer = provider.expect(Message.ConnectResponse.class);
            assertEquals(id, answer.channel());
            assertFalse(answer.success());
            assertEquals(0, target.openConnections());
        }
    }

    @Test
    void aConnectorIsNotDialledForByTheServer() throws Exception {
        try (Targets.Tcp target = new Targets.Tcp("127.0.0.1", Targets::echo);
                RawPeer provider = provider();
                RawPeer connector = connector()) {
            Endpoint wanted = new Endpoint("127.0.0.1", target.port());
            connector.connect(wanted);
            assertEquals(wanted, provider.expect(Message.Connect.class).target());
            assertEquals(0, target.openConnections());
        }
    }

    @Test
    void aConnectorReachesOnlyTheProvidersOfItsToken() throws Exception {
        String otherProvider = OTHER + Network.PROVIDER_TOKEN;
        network.server.addReverseToken(io.linksocks.server.ReverseTokenOptions.builder().token(otherProvider).build());
        try (RawPeer stranger = RawPeer.byUrl(port, otherProvider, true, null).admitted();
                RawPeer provider = provider();
                RawPeer connector = connector()) {
            for (int i = 0; i < 5; i++) {
                connector.connect(SOMEWHERE);
                provider.expect(Message.Connect.class);
            }
            assertNull(stranger.seen(Message.Connect.class));
        }
    }

    @Test
    void nobodyCanWriteIntoOrEndSomebodyElsesChannel() throws Exception {
        try (RawPeer provider = provider(); RawPeer victim = connector(); RawPeer attacker = connector();
                RawPeer client = RawPeer.byUrl(port, FORWARD_TOKEN, false, null).admitted()) {
            UUID own = victim.connect(SOMEWHERE);
            UUID inner = provider.expect(Message.Connect.class).channel();
            provider.send(new Message.ConnectResponse(true, inner, ""));
            assertTrue(victim.expect(Message.ConnectResponse.class).success());
            for (RawPeer peer : new RawPeer[] {attacker, client}) {
                for (UUID id : new UUID[] {own, inner}) {
                    peer.sendData(id, new byte[] {66});
                    peer.send(new Message.ConnectResponse(false, id, "no"));
                    peer.send(new Message.Disconnect(id, "bye"));
                    peer.send(new Message.Connect(Transport.UDP, id, null));
                }
            }
            attacker.connect(SOMEWHERE);
            provider.expect(Message.Connect.class);
            victim.sendData(own, new byte[] {1});
            assertArrayEquals(new byte[] {1}, provider.expect(Message.Data.class).payload().toBytes());
            provider.sendData(inner, new byte[] {2});
            assertArrayEquals(new byte[] {2}, victim.expect(Message.Data.class).payload().toBytes());
            assertNull(victim.seen(Message.Disconnect.class));
        }
    }

    @Test
    void aProviderCannotReachAChannelOfAnotherProvider() throws Exception {
        try (RawPeer first = provider(); RawPeer connector = connector()) {
            UUID own = connector.connect(SOMEWHERE);
            UUID inner = first.expect(Message.Connect.class).channel();
            first.send(new Message.ConnectResponse(true, inner, ""));
            connector.expect(Message.ConnectResponse.class);
            try (RawPeer second = provider()) {
                second.sendData(inner, new byte[] {66});
                second.sendData(own, new byte[] {66});
                second.send(new Message.Disconnect(inner, ""));
                second.connect(SOMEWHERE);
                second.expect(Message.ConnectResponse.class);
            }
            first.sendData(inner, new byte[] {2});
            assertArrayEquals(new byte[] {2}, connector.expect(Message.Data.class).payload().toBytes());
        }
    }

    // --- routing ---------------------------------------------------------------------------------------------------

    @Test
    void withoutAProviderAConnectorIsToldSo() throws Exception {
        try (Network impatient = new Network(server -> server.connectorWaitProvider(java.time.Duration.ofMillis(50)))) {
            impatient.addReverseToken(false);
            impatient.server.addConnectorToken(Network.CONNECTOR_TOKEN, Network.PROVIDER_TOKEN);
            try (RawPeer connector =
                    RawPeer.byUrl(impatient.server.port(), Network.CONNECTOR_TOKEN, false, null).admitted()) {
                UUID id = connector.connect(SOMEWHERE);
                assertEquals(new Message.ConnectResponse(false, id, "no available reverse clients"),
                        connector.expect(Message.ConnectResponse.class));
            }
        }
    }

    @Test
    void aConnectorsRequestWaitsForAProvider() throws Exception {
        try (RawPeer connector = connector()) {
            connector.connect(SOMEWHERE);
            try (RawPeer provider = provider()) {
                assertEquals(SOMEWHERE, provider.expect(Message.Connect.class).target());
            }
        }
    }

    @Test
    void compressedDataIsPassedOnAsItIs() throws Exception {
        try (RawPeer provider = provider(); RawPeer connector = connector()) {
            UUID own = connector.connect(SOMEWHERE);
            UUID inner = provider.expect(Message.Connect.class).channel();
            byte[] notEvenGzip = "as long as gzip is at least".getBytes(StandardCharsets.US_ASCII);
            connector.send(new Message.Data(
                    Transport.TCP, own, Compression.GZIP, Slice.of(notEvenGzip), null, null));
            Message.Data passed = provider.expect(Message.Data.class);
            assertEquals(inner, passed.channel());
            assertEquals(Compression.GZIP, passed.compression());
            assertArrayEquals(notEvenGzip, passed.payload().toBytes());
        }
    }

    @Test
    void datagramsKeepTheirAddressesInTheReferencesForm() throws Exception {
        Endpoint place = new Endpoint("192.0.2.9", 53);
        try (RawPeer provider = provider(); RawPeer connector = connector()) {
            UUID own = UUID.randomUUID();
            connector.send(new Message.Connect(Transport.UDP, own, null));
            UUID inner = provider.expect(Message.Connect.class).channel();
            provider.send(new Message.ConnectResponse(true, inner, ""));
            connector.send(datagram(own, null, place));
            assertSent(null, place, provider.expect(Message.Data.class));
            connector.send(datagram(own, place, null));
            assertSent(null, place, provider.expect(Message.Data.class));
            provider.send(datagram(inner, place, null));
            assertSent(place, null, connector.expect(Message.Data.class));
        }
    }

    private static Message datagram(UUID channel, Endpoint source, Endpoint target) {
        return new Message.Data(Transport.UDP, channel, Compression.NONE, Slice.of(new byte[] {7}), source, target);
    }

    private static void assertSent(Endpoint source, Endpoint target, Message.Data data) {
        assertEquals(source, data.source());
        assertEquals(target, data.target());
        assertArrayEquals(new byte[] {7}, data.payload().toBytes());
    }

    @Test
    void bothEndsHearWhenOneVanishes() throws Exception {
        try (RawPeer provider = provider(); RawPeer connector = connector()) {
            connector.connect(SOMEWHERE);
            UUID first = provider.expect(Message.Connect.class).channel();
            provider.send(new Message.ConnectResponse(true, first, ""));
            connector.expect(Message.ConnectResponse.class);
            connector.abort();
            assertEquals(first, provider.expect(Message.Disconnect.class).channel());
            try (RawPeer next = connector()) {
                UUID own = next.connect(SOMEWHERE);
                UUID second = provider.expect(Message.Connect.class).channel();
                provider.send(new Message.ConnectResponse(true, second, ""));
                next.expect(Message.ConnectResponse.class);
                provider.abort();
                assertEquals(own, next.expect(Message.Disconnect.class).channel());
            }
            network.awaitStatus("\"channels\":0");
        }
    }

    @Test
    void anotherProviderIsTriedWhenOneVanishesBeforeItHasConnected() throws Exception {
        try (RawPeer first = provider(); RawPeer second = provider(); RawPeer connector = connector()) {
            UUID own = connector.connect(SOMEWHERE);
            Await.until("one is asked",
                    () -> first.seen(Message.Connect.class) != null || second.seen(Message.Connect.class) != null);
            boolean firstAsked = first.seen(Message.Connect.class) != null;
            (firstAsked ? first : second).abort();
            RawPeer other = firstAsked ? second : first;
            other.send(new Message.ConnectResponse(true, other.expect(Message.Connect.class).channel(), ""));
            assertEquals(own, connector.expect(Message.ConnectResponse.class).channel());
        }
    }

    // --- connector management --------------------------------------------------------------------------------------

    @Test
    void aProviderWithoutAutonomyMayNotManageConnectors() throws Exception {
        try (RawPeer provider = provider()) {
            assertRefused(provider, new Message.Connector(UUID.randomUUID(), "mine", Message.Operation.ADD));
            assertRefused(provider, new Message.Connector(UUID.randomUUID(), Network.CONNECTOR_TOKEN, Message.Operation.REMOVE));
            connector().close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {FORWARD_TOKEN, Network.CONNECTOR_TOKEN})
    void whoeverIsNoProviderIsNotEvenAnswered(String token) throws Exception {
        try (RawPeer peer = RawPeer.byUrl(port, token, false, null).admitted()) {
            peer.send(new Message.Connector(UUID.randomUUID(), "mine", Message.Operation.ADD));
            peer.send(new Message.Connector(UUID.randomUUID(), Network.CONNECTOR_TOKEN, Message.Operation.REMOVE));
            RawPeer.byUrl(port, "mine", false, null).expectEnd();
            connector().close();
            assertNull(peer.seen(Message.ConnectorResponse.class));
        }
    }

    static void assertRefused(RawPeer provider, Message.Connector request) throws Exception {
        provider.send(request);
        Message.ConnectorResponse answer = provider.expect(Message.ConnectorResponse.class);
        assertEquals(request.channel(), answer.channel());
        assertFalse(answer.success());
        assertFalse(answer.error().isEmpty());
    }
}
