package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.access.AccessRules;
import io.linksocks.access.DenyRule;
import io.linksocks.client.DatagramTunnel;
import io.linksocks.client.LinkSocksClientBuilder;
import io.linksocks.client.TunnelConnection;
import io.linksocks.protocol.Message;
import io.linksocks.server.LinkSocksServerBuilder;
import io.linksocks.session.Waiting;
import io.linksocks.util.Endpoint;
import io.linksocks.util.QuietPort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels that the relay between provider and connector can't read. */
@Timeout(240)
class SealedIT {
    private static final String LOOPBACK = "127.0.0.1";
    private static final long BULK = 3 << 20;
    private static final long SEED = 17;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Of the PROXY protocol, with IPv4 addresses. */
    private static final int PROXY_HEADER = 28;
    private static final int REFUSED_BY_RULE = 2;
    private static final int UNREACHABLE = 4;
    private static final int REFUSED = 5;

    private static UnaryOperator<LinkSocksServerBuilder> server() {
        return UnaryOperator.identity();
    }

    private static UnaryOperator<LinkSocksClientBuilder> client() {
        return UnaryOperator.identity();
    }

    // --- what works --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(SealedNetwork.Mode.class)
    void carriesMuchBothWaysUnchanged(SealedNetwork.Mode mode) throws Exception {
        try (SealedNetwork network = SealedNetwork.sealed(mode)) {
            checkTransfers(network.socks());
        }
    }

    private static void checkTransfers(SocksTestClient socks) throws IOException {
        try (Targets.Tcp give = new Targets.Tcp(LOOPBACK, Targets::give);
                Targets.Tcp take = new Targets.Tcp(LOOPBACK, Targets::take);
                Targets.Tcp echo = new Targets.Tcp(LOOPBACK, Targets::echo);
                Socket talk = socks.connect("localhost", echo.port())) {
            Relayed.checkEcho(talk, 1, "at first");
            assertEquals(BULK, ForwardIT.download(socks, give.port(), SEED, BULK));
            assertEquals(BULK, ForwardIT.upload(socks, take.port(), SEED, BULK));
            Relayed.checkEcho(talk, 2, "at last");
        }
    }

    @Test
    void carriesMuchWithoutTheExtensions() throws Exception {
        try (SealedNetwork network = SealedNetwork.sealed(SealedNetwork.Mode.AGENT,
                server -> server.wire(ModesIT.WITHOUT_EXTENSIONS), client())) {
            checkTransfers(network.socks());
            assertHalfCloses(network.socks());
        }
    }

    @Test
    void endsOneDirectionAndThenTheOther() throws Exception {
        try (SealedNetwork network = SealedNetwork.sealed()) {
            assertHalfCloses(network.socks());
        }
    }

    private static void assertHalfCloses(SocksTestClient socks) throws IOException {
        try (Targets.Tcp target = new Targets.Tcp(LOOPBACK, socket -> {
                byte[] all = socket.getInputStream().readAllBytes();
                socket.getOutputStream().write(all);
            });
                Socket socket = socks.connect(LOOPBACK, target.port())) {
            byte[] sent = new byte[100_000];
            new Random(SEED).nextBytes(sent);
            socket.getOutputStream().write(sent);
            socket.shutdownOutput();
            assertArrayEquals(sent, socket.getInputStream().readAllBytes());
        }
    }

    @Test
    void targetThatResetsIsSeenAsAReset() throws Exception {
        try (SealedNetwork network = SealedNetwork.sealed();
                Targets.Tcp target = new Targets.Tcp(LOOPBACK, socket -> {
                    socket.getInputStream().read();
                    socket.setSoLinger(true, 0);
                });
                Socket socket = network.socks().connect(LOOPBACK, target.port())) {
            socket.getOutputStream().write(1);
            Relayed.assertBroken(socket);
        }
    }

    @Test
    void httpProxyForwardsAndSocketsWork() throws Exception {
        try (Targets.Tcp echo = new Targets.Tcp(LOOPBACK, Targets::echo);
                Targets.Tcp http = new Targets.Tcp(LOOPBACK, SealedIT::answerHttp);
                SealedNetwork network = SealedNetwork.sealed(SealedNetwork.Mode.AGENT, server(),
                        ends -> ends)) {
            String request = "GET http://" + LOOPBACK + ":" + http.port() + "/ HTTP/1.1\r\nHost: " + LOOPBACK + ":"
                    + http.port() + "\r\n\r\n";
            try (HttpProxyClient client = new HttpProxyClient(network.address())) {
                client.send(request).until("\r\n\r\nok");
                client.send(request).until("\r\n\r\nok");
            }
            try (Socket socket = network.connector.socketFactory().createSocket(LOOPBACK, echo.port())) {
                Relayed.checkEcho(socket, 5, "by a socket of the library");
            }
            try (TunnelConnection connection = network.connector.dial(LOOPBACK, echo.port())) {
                connection.outputStream().write(200);
                assertEquals(200, connection.inputStream().read());
                connection.shutdownOutput();
                assertEquals(-1, connection.inputStream().read());
            }
            Waiting.until("nothing is left", () -> echo.openConnections() == 0);
        }
    }

    private static void answerHttp(Socket socket) throws IOException {
        byte[] head = new byte[1000];
        while (socket.getInputStream().read(head) > 0) {
            socket.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes());
        }
    }

    @Test
    void forwardsLeadThrough() throws Exception {
        try (Targets.Tcp echo = new Targets.Tcp(LOOPBACK, Targets::echo);
                Targets.Udp udp = new Targets.Udp(LOOPBACK);
                SealedNetwork network = new SealedNetwork(SealedNetwork.Mode.AGENT, server())) {
            network.provider(SealedNetwork.SECRET, client());
            network.connector(SealedNetwork.SECRET, builder -> builder
                    .forward("0:" + LOOPBACK + ":" + echo.port())
                    .forward("udp/0:" + LOOPBACK + ":" + udp.port()));
            InetSocketAddress tcpPort = network.connector.forwardAddresses().getFirst();
            InetSocketAddress udpPort = network.connector.forwardAddresses().getLast();
            try (Socket socket = new Socket(LOOPBACK, tcpPort.getPort()); DatagramSocket datagrams = new DatagramSocket()) {
                Relayed.checkEcho(socket, 9, "by a forward");
                datagrams.setSoTimeout(20_000);
                datagrams.send(new DatagramPacket(new byte[] {7}, 1, udpPort));
                DatagramPacket answer = new DatagramPacket(new byte[10], 10);
                datagrams.receive(answer);
                assertEquals(7, answer.getData()[0]);
            }
        }
    }

    @Test
    void proxyHeadersAndDatagramsOfTheProgramLeadThrough() throws Exception {
        try (Targets.Tcp echo = new Targets.Tcp(LOOPBACK, Targets::echo);
                Targets.Udp udp = new Targets.Udp(LOOPBACK);
                SealedNetwork network = new SealedNetwork(SealedNetwork.Mode.AGENT, server())) {
            network.provider(SealedNetwork.SECRET, client());
            network.connector(SealedNetwork.SECRET,
                    builder -> builder.forward("0:" + LOOPBACK + ":" + echo.port() + ",proxy=v2"));
            try (Socket socket = new Socket(LOOPBACK, network.connector.forwardAddresses().getFirst().getPort())) {
                byte[] header = socket.getInputStream().readNBytes(PROXY_HEADER);
                assertEquals("\r\n\r\n\0\r\nQUIT\n", new String(header, 0, 12, StandardCharsets.US_ASCII));
                Relayed.checkEcho(socket, 9, "behind the header");
            }
            try (DatagramTunnel datagrams = network.connector.openDatagrams(LIMIT)) {
                datagrams.send(LOOPBACK, udp.port(), new byte[] {7});
                assertEquals(7, datagrams.receive(LIMIT).payload()[0]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost"})
    void associationCarriesDatagrams(String host) throws Exception {
        try (SealedNetwork network = SealedNetwork.sealed();
                Targets.Udp echo = new Targets.Udp(InetAddress.getByName(host).getHostAddress());
                SocksTestClient.Association association = network.socks().associate()) {
            UdpIT.checkEchoes(association, host, echo.port(), 200, 7);
            association.control().shutdownOutput();
            assertEquals(-1, association.control().getInputStream().read());
            Waiting.until("no channel is left", () -> network.connector.status().channels() == 0
                    && network.provider.status().channels() == 0);
        }
    }

    @Test
    void fastOpenWaitsForTheAnswer() throws Exception {
        try (SealedNetwork network = SealedNetwork.sealed(SealedNetwork.Mode.AGENT, server(),
                builder -> builder.fastOpen(true))) {
            checkTransfers(network.socks());
            int closed = QuietPort.next();
            assertEquals(UNREACHABLE, assertThrows(SocksTestClient.Refused.class,
                    () -> network.socks().connect(LOOPBACK, closed)).code);
        }
    }

    @Test
    void reasonsOfFailuresReachTheProgram() throws Exception {
        try (SealedNetwork network = SealedNetwork.sealed()) {
            ConnectException failure = assertThrows(ConnectException.class,
                    () -> network.connector.dial(LOOPBACK, QuietPort.next()));
            assertTrue(failure.getMessage().contains("Connection refused"), failure.getMessage());
            ConnectException tooLong = assertThrows(ConnectException.class,
                    () -> network.connector.dial("long.".repeat(30) + "example", 80));
            assertTrue(tooLong.getMessage().contains("too long for a sealed channel"), tooLong.getMessage());
        }
    }

    // --- secrets that do not fit ----------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "AGENT, same, other, secret differs", "AGENT, same, -, takes sealed channels only", "AGENT, -, same, has no secret",
        "AUTONOMY, same, other, secret differs", "AUTONOMY, same, -, takes sealed channels only",
        "AUTONOMY, -, same, has no secret"})
    void endsWithoutTheSameSecretAreToldSo(SealedNetwork.Mode mode, String provider, String connector, String reason)
            throws Exception {
        try (SealedNetwork network = new SealedNetwork(mode, server());
                Targets.Tcp echo = new Targets.Tcp(LOOPBACK, Targets::echo)) {
            network.provider(secret(provider), client());
            network.connector(secret(connector), client());
            ConnectException failure = assertThrows(ConnectException.class,
                    () -> network.connector.dial(LOOPBACK, echo.port()));
            assertTrue(failure.getMessage().contains(reason), failure.getMessage());
            assertThrows(SocksTestClient.Refused.class, () -> network.socks().associate());
            assertEquals(0, echo.openConnections());
        }
    }

    private static String secret(String name) {
        return name == null ? null : name.equals("same") ? SealedNetwork.SECRET : SealedNetwork.OTHER_SECRET;
    }

    @Test
    void serverItselfGetsNothingOfASealedProvider() throws Exception {
        try (Network network = Network.of(Network.Mode.REVERSE, server(),
                builder -> builder.token(Network.PROVIDER_TOKEN + "#" + SealedNetwork.SECRET));
                Targets.Tcp echo = new Targets.Tcp(LOOPBACK, Targets::echo)) {
            assertThrows(SocksTestClient.Refused.class, () -> network.socks().connect(LOOPBACK, echo.port()));
            assertThrows(SocksTestClient.Refused.class, () -> network.socks().associate());
        }
    }

    @Test
    void serverThatDialsItselfSaysThatItHasNoSecret() throws Exception {
        try (Tunnels tunnels = Tunnels.forward(builder -> builder.token(Tunnels.TOKEN + "#" + SealedNetwork.SECRET))) {
            ConnectException failure = assertThrows(ConnectException.class, () -> tunnels.client.dial(LOOPBACK, 80));
            assertTrue(failure.getMessage().contains("has no secret"), failure.getMessage());
        }
    }

    @Test
    void removedConnectorTokenTakesItsSecretWithIt() throws Exception {
        try (SealedNetwork network = SealedNetwork.sealed(SealedNetwork.Mode.AUTONOMY)) {
            network.provider.removeConnectorToken(Network.CONNECTOR_TOKEN);
            network.connector.close();
            network.provider.addConnectorToken(Network.CONNECTOR_TOKEN + "#" + SealedNetwork.OTHER_SECRET);
            network.connector(SealedNetwork.SECRET, client());
            assertThrows(ConnectException.class, () -> network.connector.dial(LOOPBACK, 80));
        }
    }

    @Test
    void serverRefusesTokensThatWouldTellItASecret() throws Exception {
        try (SealedNetwork network = new SealedNetwork(SealedNetwork.Mode.AGENT, server())) {
            IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () ->
                    network.server.addConnectorToken("home#" + SealedNetwork.SECRET, Network.PROVIDER_TOKEN));
            assertFalse(refusal.getMessage().contains(SealedNetwork.SECRET));
        }
    }

    // --- relays ------------------------------------------------------------------------------------------------------------

    /** Like the real thing up to the answer, which it can't make. */
    @ParameterizedTest
    @ValueSource(ints = {0, 10, 176, 1000})
    void relayThatAnswersForTheProviderIsFoundOut(int bytes) throws Exception {
        try (SealedNetwork network = new SealedNetwork(SealedNetwork.Mode.AGENT, server());
                RawPeer provider = RawPeer.byUrl(network.server.port(), Network.PROVIDER_TOKEN, true, null).admitted()) {
            network.connector(SealedNetwork.SECRET, client());
            Thread answering = Thread.ofVirtual().start(() -> {
                try {
                    UUID channel = provider.expect(Message.Connect.class).channel();
                    provider.send(new Message.ConnectResponse(true, channel, ""));
                    provider.sendData(channel, new byte[bytes]);
                    provider.send(new Message.Disconnect(channel, ""));
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            ConnectException failure = assertThrows(ConnectException.class, () -> network.connector.dial(LOOPBACK, 80));
            assertTrue(failure.getMessage().contains("sealed answer") || failure.getMessage().contains("not by a provider"),
                    failure.getMessage());
            answering.join();
        }
    }

    @Test
    void repeatedConnectDialsNothing() throws Exception {
        try (SealedNetwork network = new SealedNetwork(SealedNetwork.Mode.AGENT, server());
                Targets.Tcp echo = new Targets.Tcp(LOOPBACK, Targets::echo)) {
            Endpoint seen;
            try (RawPeer spy = RawPeer.byUrl(network.server.port(), Network.PROVIDER_TOKEN, true, null).admitted()) {
                network.connector(SealedNetwork.SECRET, client());
                Thread dialling = Thread.ofVirtual().start(() ->
                        assertThrows(IOException.class, () -> network.connector.dial(LOOPBACK, echo.port())));
                Message.Connect connect = spy.expect(Message.Connect.class);
                seen = connect.target();
                assertFalse(seen.host().contains(LOOPBACK));
                spy.send(new Message.ConnectResponse(false, connect.channel(), "not today"));
                dialling.join();
            }
            network.provider(SealedNetwork.SECRET, client());
            try (RawPeer replayer = RawPeer.byUrl(network.server.port(), Network.CONNECTOR_TOKEN, false, null).admitted()) {
                replayer.connect(seen);
                assertTrue(replayer.expect(Message.ConnectResponse.class).success(), "the first time it may be late");
                replayer.connect(seen);
                Message.ConnectResponse again = replayer.expect(Message.ConnectResponse.class);
                assertFalse(again.success());
                assertEquals("sealed: the sealed address was used before", again.error());
            }
        }
    }

    // --- rules -------------------------------------------------------------------------------------------------------------

    @Test
    void relayWithRulesRefusesSealedTargetsUnlessToldOtherwise() throws Exception {
        UnaryOperator<LinkSocksServerBuilder> rules = server -> server.denyRules(List.of(DenyRule.parse("192.0.2.1:")));
        try (Targets.Tcp echo = new Targets.Tcp(LOOPBACK, Targets::echo)) {
            try (SealedNetwork network = SealedNetwork.sealed(SealedNetwork.Mode.AGENT, rules, client())) {
                ConnectException failure = assertThrows(ConnectException.class,
                        () -> network.connector.dial(LOOPBACK, echo.port()));
                assertTrue(failure.getMessage().contains("its owner can allow them"), failure.getMessage());
            }
            try (SealedNetwork network = SealedNetwork.sealed(SealedNetwork.Mode.AGENT,
                    server -> rules.apply(server).allowSealed(true), client());
                    Socket socket = network.socks().connect(LOOPBACK, echo.port())) {
                Relayed.checkEcho(socket, 3, "allowed");
            }
        }
    }

    @Test
    void rulesOfBothEndsSeeTheTarget() throws Exception {
        try (Targets.Tcp echo = new Targets.Tcp(LOOPBACK, Targets::echo);
                SealedNetwork network = new SealedNetwork(SealedNetwork.Mode.AGENT, server())) {
            network.provider(SealedNetwork.SECRET, builder -> builder.denyRules(List.of(DenyRule.parse(LOOPBACK + ":"))));
            network.connector(SealedNetwork.SECRET,
                    builder -> builder.accessRules(AccessRules.parse(List.of(":" + echo.port()))));
            ConnectException failure = assertThrows(ConnectException.class,
                    () -> network.connector.dial(LOOPBACK, echo.port()));
            assertTrue(failure.getMessage().contains("not allowed by the access rules"), failure.getMessage());
            assertEquals(REFUSED_BY_RULE, assertThrows(SocksTestClient.Refused.class,
                    () -> network.socks().connect(LOOPBACK, echo.port() + 1)).code);
        }
    }

    // --- cuts --------------------------------------------------------------------------------------------------------------

    @Test
    void survivesAHundredCutsOfEitherWebSocket() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (SealedNetwork network = new SealedNetwork(SealedNetwork.Mode.AGENT, server());
                CuttingRelay relay = new CuttingRelay(network.server.port());
                Targets.Tcp give = new Targets.Tcp(LOOPBACK, Targets::give);
                Targets.Tcp take = new Targets.Tcp(LOOPBACK, Targets::take);
                Targets.Tcp echo = new Targets.Tcp(LOOPBACK, Targets::echo)) {
            network.port = relay.port();
            network.provider(SealedNetwork.SECRET, client());
            network.connector(SealedNetwork.SECRET, client());
            SocksTestClient socks = network.socks();
            try (Socket survivor = socks.connect(LOOPBACK, echo.port())) {
                Relayed.checkEcho(survivor, seed, "before");
                for (int i = 0; i < 200; i++) {
                    relay.cutAfter(300_000 + random.nextInt(700_000));
                }
                relay.cutAll();
                for (int i = 0; relay.cuts() < 200; i++) {
                    assertEquals(BULK, ForwardIT.download(socks, give.port(), seed + i, BULK), "seed " + seed);
                    assertEquals(BULK, ForwardIT.upload(socks, take.port(), seed + i, BULK), "seed " + seed);
                }
                Relayed.checkEcho(survivor, seed, "seed " + seed);
            }
        }
    }
}
