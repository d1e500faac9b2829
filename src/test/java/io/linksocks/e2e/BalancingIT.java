package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.protocol.Features;
import io.linksocks.protocol.Message;
import io.linksocks.server.Balance;
import io.linksocks.server.ChannelStatus;
import io.linksocks.server.TokenSettings;
import io.linksocks.util.Endpoint;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several providers on one token. */
@Timeout(240)
class BalancingIT {
    private static final Endpoint SOMEWHERE = new Endpoint("192.0.2.1", 80);

    private static Network network() throws Exception {
        Network network = new Network();
        network.addReverseToken(false);
        network.server.addConnectorToken(Network.CONNECTOR_TOKEN, Network.PROVIDER_TOKEN);
        return network;
    }

    /** The server tells a provider of its partners when it has a share of the requests. */
    private static RawPeer provider(Network network) throws Exception {
        RawPeer provider = RawPeer.byUrl(network.server.port(), Network.PROVIDER_TOKEN, true, null).admitted();
        provider.expect(Message.Partners.class);
        return provider;
    }

    @Test
    void threeProvidersGetEvenShares() throws Exception {
        try (Network network = network();
                RawPeer first = provider(network);
                RawPeer second = provider(network);
                RawPeer third = provider(network);
                RawPeer one = RawPeer.byUrl(network.server.port(), Network.CONNECTOR_TOKEN, false, null).admitted();
                RawPeer two = RawPeer.byUrl(network.server.port(), Network.CONNECTOR_TOKEN, false, null).admitted()) {
            int each = 100;
            for (int i = 0; i < 3 * each; i++) {
                (i % 2 == 0 ? one : two).connect(SOMEWHERE);
            }
            Map<RawPeer, Integer> shares = new HashMap<>();
            for (RawPeer provider : new RawPeer[] {first, second, third}) {
                for (int i = 0; i < each * 9 / 10; i++) {
                    provider.expect(Message.Connect.class);
                    shares.merge(provider, 1, Integer::sum);
                }
            }
            assertEquals(3, shares.size());
        }
    }

    /** The server's SOCKS port and a connector share the turns, and a provider without a link gets none. */
    @Test
    void newConnectionsGoOnWhenAProviderIsGone() throws Exception {
        try (Network network = network(); Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            LinkSocksClient doomed = network.provider();
            network.provider();
            RawPeer silent = provider(network);
            network.awaitStatus("\"clients_count\":3");
            silent.abort();
            doomed.close();
            network.awaitStatus("\"clients_count\":1");
            network.awaitSocksPort();
            List<SocksTestClient> ports = new ArrayList<>(List.of(network.socks()));
            network.connector();
            ports.add(network.socks());
            try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Integer>> answers = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    SocksTestClient socks = ports.get(i % 2);
                    answers.add(workers.submit(() -> {
                        try (Socket socket = socks.connect("127.0.0.1", echo.port())) {
                            socket.getOutputStream().write(42);
                            return socket.getInputStream().read();
                        }
                    }));
                }
                for (Future<Integer> answer : answers) {
                    assertEquals(42, answer.get());
                }
            }
        }
    }

    @Test
    void aSocksConnectionGetsAnotherProviderWhenItsFirstOneVanishes() throws Exception {
        try (Network network = network(); RawPeer doomed = provider(network)) {
            checkSecondChance(network, doomed);
        }
    }

    /** It might come back, but a connection that has not begun need not wait for that. */
    @Test
    void aSocksConnectionGetsAnotherProviderWhenItsFirstOneLosesItsConnection() throws Exception {
        try (Network network = network(); RawPeer doomed = RawPeer.extended(network.server.port(),
                Network.PROVIDER_TOKEN, true, Features.ALL)) {
            UUID session = doomed.expect(Message.AuthResponse.class).offer().session();
            doomed.send(new Message.Begin(session, 0, 1 << 18));
            doomed.expect(Message.Begun.class);
            checkSecondChance(network, doomed);
        }
    }

    /** By the server's SOCKS port and by a connector: both go through the same providers. */
    @Test
    void noRequestFailsWhenTheProxyOfOneOfTwoProvidersIsDown() throws Exception {
        try (Network network = network(); Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            network.provider(provider -> provider.upstreamProxy(URI.create("socks5://127.0.0.1:1")));
            network.provider();
            network.awaitSocksPort();
            List<SocksTestClient> ports = new ArrayList<>(List.of(network.socks()));
            network.connector();
            ports.add(network.socks());
            for (int i = 0; i < 20; i++) {
                ports.get(i % 2).connect("127.0.0.1", echo.port()).close();
            }
        }
    }

    private static void checkSecondChance(Network network, RawPeer doomed) throws Exception {
        network.awaitSocksPort();
        try (ExecutorService worker = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Socket> connected = worker.submit(() -> network.socks().connect("192.0.2.1", 80));
            doomed.expect(Message.Connect.class);
            RawPeer other = provider(network);
            doomed.abort();
            Message.Connect request = other.expect(Message.Connect.class);
            assertEquals(SOMEWHERE, request.target());
            other.send(new Message.ConnectResponse(true, request.channel(), ""));
            connected.get().close();
        }
    }

    /** Which of the three providers a user gets is up to chance, but hardly the same one for all. */
    @Test
    void connectionsOfOneUserOrAddressStickToOneProvider() throws Exception {
        List<Socket> open = new ArrayList<>();
        try (Network network = network(); Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            network.server.changeToken(Network.PROVIDER_TOKEN, TokenSettings.builder().balance(Balance.STICKY).build());
            for (int i = 0; i < 3; i++) {
                network.provider();
            }
            network.awaitSocksPort();
            network.awaitStatus("\"clients_count\":3");
            List<SocksTestClient> users = new ArrayList<>(List.of(network.socks()));
            for (int i = 0; i < 24; i++) {
                users.add(new SocksTestClient(network.socks().address(), "user " + i, "any password"));
            }
            Set<Long> chosen = new HashSet<>();
            for (SocksTestClient user : users) {
                Map<Long, Long> before = channelsByProvider(network);
                for (int i = 0; i < 3; i++) {
                    open.add(user.connect("127.0.0.1", echo.port()));
                }
                Map<Long, Long> more = channelsByProvider(network);
                more.keySet().removeIf(provider -> more.get(provider).equals(before.get(provider)));
                assertEquals(1, more.size(), more.toString());
                chosen.addAll(more.keySet());
            }
            assertTrue(chosen.size() > 1, chosen.toString());
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    private static Map<Long, Long> channelsByProvider(Network network) {
        return network.server.channels().stream()
                .collect(Collectors.groupingBy(ChannelStatus::client, HashMap::new, Collectors.counting()));
    }

    @Test
    void aSocksConnectionWaitsForAProvider() throws Exception {
        try (Network network = new Network(server -> server.socksNoWait(true))) {
            network.addReverseToken(false);
            try (ExecutorService worker = Executors.newVirtualThreadPerTaskExecutor();
                    Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
                Future<Socket> connected = worker.submit(() -> network.socks().connect("127.0.0.1", echo.port()));
                network.provider();
                connected.get().close();
            }
        }
    }

    @Test
    void theSocksPortOpensWithTheFirstProviderAndOutlivesIt() throws Exception {
        try (Network network = network(); Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            assertThrows(java.net.ConnectException.class, () -> network.socks().connect("192.0.2.1", 80));
            LinkSocksClient first = network.provider();
            network.awaitSocksPort();
            first.close();
            network.awaitStatus("\"clients_count\":0");
            network.awaitSocksPort();
            network.provider();
            network.socks().connect("127.0.0.1", echo.port()).close();
        }
    }

    @Test
    void theSocksPortAsksForThePassword() throws Exception {
        try (Network network = new Network()) {
            int port = network.server.addReverseToken(io.linksocks.server.ReverseTokenOptions.builder()
                    .token(Network.PROVIDER_TOKEN).credentials("user", "secret").build()).port();
            network.provider();
            java.net.InetSocketAddress proxy = new java.net.InetSocketAddress("127.0.0.1", port);
            Await.until("SOCKS port", () -> {
                try (Socket probe = new Socket(proxy.getAddress(), port)) {
                    return probe.isConnected();
                } catch (java.io.IOException e) {
                    return false;
                }
            });
            try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
                new SocksTestClient(proxy, "user", "secret").connect("127.0.0.1", echo.port()).close();
                assertThrows(SocksTestClient.Refused.class,
                        () -> new SocksTestClient(proxy, "user", "wrong").connect("127.0.0.1", echo.port()));
                assertThrows(SocksTestClient.Refused.class,
                        () -> new SocksTestClient(proxy).connect("127.0.0.1", echo.port()));
            }
        }
    }

    @Test
    void tenThousandChannelsLeaveNothingBehind() throws Exception {
        int total = 10_000;
        int workers = 50;
        try (Network network = network();
                RawPeer provider = provider(network);
                RawPeer connector =
                        RawPeer.byUrl(network.server.port(), Network.CONNECTOR_TOKEN, false, null).admitted()) {
            Thread answers = Thread.ofVirtual().start(() -> answer(provider, total));
            for (int sent = 0; sent < total; sent += workers) {
                for (int i = 0; i < workers; i++) {
                    connector.connect(SOMEWHERE);
                }
                for (int i = 0; i < workers; i++) {
                    UUID id = connector.expect(Message.ConnectResponse.class).channel();
                    if (id.getLeastSignificantBits() % 2 == 0) {
                        connector.send(new Message.Disconnect(id, ""));
                    }
                }
            }
            answers.join();
            network.awaitStatus("\"connector_tokens\":[\"" + Network.CONNECTOR_TOKEN + "\"],\"channels\":0");
        }
    }

    /** Accepts three of four channels, and ends some of them itself. */
    private static void answer(RawPeer provider, int total) {
        try {
            for (int i = 0; i < total; i++) {
                UUID id = provider.expect(Message.Connect.class).channel();
                provider.send(new Message.ConnectResponse(i % 4 != 0, id, i % 4 == 0 ? "no" : ""));
                if (i % 4 != 0) {
                    provider.sendData(id, new byte[100]);
                    provider.send(new Message.Disconnect(id, i % 3 == 0 ? "enough" : ""));
                }
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void tenThousandConnectionsOneAfterTheOtherLeaveNothingBehind() throws Exception {
        try (Network network = Network.of(Network.Mode.AGENT);
                Targets.Tcp oneByte = new Targets.Tcp("127.0.0.1", socket -> socket.getOutputStream().write(7));
                ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            SocksTestClient socks = network.socks();
            List<Future<Integer>> answers = new ArrayList<>();
            for (int worker = 0; worker < 20; worker++) {
                answers.add(workers.submit(() -> {
                    int right = 0;
                    for (int i = 0; i < 500; i++) {
                        try (Socket socket = socks.connect("127.0.0.1", oneByte.port())) {
                            right += socket.getInputStream().read() == 7 ? 1 : 0;
                        }
                    }
                    return right;
                }));
            }
            for (Future<Integer> answer : answers) {
                assertEquals(500, answer.get());
            }
            network.awaitStatus("\"connector_tokens\":[\"" + Network.CONNECTOR_TOKEN + "\"],\"channels\":0");
        }
    }
}
