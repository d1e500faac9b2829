package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksException;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.util.QuietPort;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forward mode through real sockets: application, client, server, target. */
@Timeout(240)
class ForwardIT {
    private static final long BULK = 64 << 20;
    private static final long SEED = 20_261_122;

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "localhost"})
    void echoesOverTcp(String host) throws Exception {
        try (Tunnels tunnels = Tunnels.forward();
                Targets.Tcp echo = new Targets.Tcp(host, Targets::echo);
                Socket socket = tunnels.socks().connect(host, echo.port())) {
            byte[] question = "are you there?".getBytes(StandardCharsets.UTF_8);
            socket.getOutputStream().write(question);
            assertArrayEquals(question, socket.getInputStream().readNBytes(question.length));
        }
    }

    @Test
    void downloadsAndUploadsWithoutLoss() throws Exception {
        try (Tunnels tunnels = Tunnels.forward();
                Targets.Tcp give = new Targets.Tcp("127.0.0.1", Targets::give);
                Targets.Tcp take = new Targets.Tcp("127.0.0.1", Targets::take)) {
            assertEquals(BULK, download(tunnels.socks(), give.port(), SEED, BULK));
            assertEquals(BULK, upload(tunnels.socks(), take.port(), SEED, BULK));
        }
    }

    @Test
    void carriesCompressibleStreamsUnchanged() throws Exception {
        byte[] text = "the same line again and again\n".repeat(200_000).getBytes(StandardCharsets.UTF_8);
        try (Tunnels tunnels = Tunnels.forward();
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Socket socket = tunnels.socks().connect("127.0.0.1", echo.port());
                ExecutorService writer = Executors.newVirtualThreadPerTaskExecutor()) {
            writer.submit(() -> {
                socket.getOutputStream().write(text);
                return null;
            });
            assertArrayEquals(text, socket.getInputStream().readNBytes(text.length));
        }
    }

    @Test
    void servesTwoHundredConnectionsAtOnce() throws Exception {
        try (Tunnels tunnels = Tunnels.forward(builder -> builder.threads(3));
                Targets.Tcp give = new Targets.Tcp("127.0.0.1", Targets::give);
                ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> received = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                long seed = SEED + i;
                received.add(workers.submit(() -> download(tunnels.socks(), give.port(), seed, 100_000)));
            }
            for (Future<Long> one : received) {
                assertEquals(100_000, one.get());
            }
        }
    }

    @Test
    void fetchesTheStatusPageWithTheJdksHttpClient() throws Exception {
        try (Tunnels tunnels = Tunnels.forward()) {
            java.net.Proxy proxy = new java.net.Proxy(java.net.Proxy.Type.SOCKS, tunnels.client.socksAddress());
            URI status = URI.create("http://127.0.0.1:" + tunnels.server.port() + "/");
            try (var in = status.toURL().openConnection(proxy).getInputStream()) {
                assertTrue(new String(in.readAllBytes(), StandardCharsets.UTF_8).contains("LinkSocks"));
            }
        }
    }

    // --- what goes wrong -------------------------------------------------------------------------------------------

    @Test
    void tellsThatTheTargetRefused() throws Exception {
        int unused = QuietPort.next();
        try (Tunnels tunnels = Tunnels.forward()) {
            assertEquals(4, assertThrows(SocksTestClient.Refused.class,
                    () -> tunnels.socks().connect("127.0.0.1", unused)).code);
        }
    }

    @Test
    void tellsThatTheNameIsUnknown() throws Exception {
        try (Tunnels tunnels = Tunnels.forward()) {
            assertEquals(4, assertThrows(SocksTestClient.Refused.class,
                    () -> tunnels.socks().connect("no-such-host.invalid", 80)).code);
        }
    }

    @Test
    void endsForGoodWhenTheTokenIsWrong() throws Exception {
        LinkSocksServer server = Tunnels.startServer(0);
        try (server; LinkSocksClient client = Tunnels.clientOf(server.port()).token("wrong").build()) {
            client.start();
            LinkSocksException end = assertThrows(LinkSocksException.class, client::awaitClosed);
            assertEquals(LinkSocksException.Kind.INVALID_TOKEN, end.kind());
            assertTrue(end.getMessage().contains("token(...)") && !end.getMessage().contains("wrong"), end.getMessage());
        }
    }

    @Test
    void asksForThePassword() throws Exception {
        try (Tunnels tunnels = Tunnels.forward(builder -> builder.socksCredentials("user", "päss"));
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            new SocksTestClient(tunnels.client.socksAddress(), "user", "päss").connect("127.0.0.1", echo.port()).close();
            assertEquals(1, assertThrows(SocksTestClient.Refused.class, () -> new SocksTestClient(
                    tunnels.client.socksAddress(), "user", "wrong").connect("127.0.0.1", echo.port())).code);
            assertEquals(0xFF, assertThrows(SocksTestClient.Refused.class,
                    () -> tunnels.socks().connect("127.0.0.1", echo.port())).code);
        }
    }

    @Test
    void reconnectsAfterARestartOfTheServer() throws Exception {
        int port = QuietPort.next();
        LinkSocksServer first = Tunnels.startServer(port);
        try (LinkSocksClient client = Tunnels.clientOf(port).build();
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            client.start();
            client.awaitReady(Duration.ofSeconds(30));
            SocksTestClient socks = new SocksTestClient(client.socksAddress());
            try (Socket before = socks.connect("127.0.0.1", echo.port())) {
                first.close();
                assertThrows(IOException.class, () -> {
                    if (before.getInputStream().read() < 0) {
                        throw new IOException("ended");
                    }
                });
            }
            try (LinkSocksServer second = Tunnels.startServer(port);
                    Socket after = socks.connect("127.0.0.1", echo.port())) {
                after.getOutputStream().write(42);
                assertEquals(42, after.getInputStream().read());
                assertEquals(port, second.port());
            }
        }
    }

    @Test
    void fastOpenAnswersAtOnceAndClosesWhenTheTargetRefuses() throws Exception {
        int unused = QuietPort.next();
        try (Tunnels tunnels = Tunnels.forward(builder -> builder.fastOpen(true));
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            try (Socket good = tunnels.socks().connect("127.0.0.1", echo.port())) {
                good.getOutputStream().write(7);
                assertEquals(7, good.getInputStream().read());
            }
            try (Socket bad = tunnels.socks().connect("127.0.0.1", unused)) {
                assertThrows(IOException.class, () -> {
                    if (bad.getInputStream().read() < 0) {
                        throw new IOException("ended");
                    }
                });
            }
        }
    }

    @Test
    void survivesRandomBytesOnBothPorts() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (Tunnels tunnels = Tunnels.forward();
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            for (int i = 0; i < 1000; i++) {
                byte[] garbage = new byte[1 + random.nextInt(400)];
                random.nextBytes(garbage);
                garbage[0] = random.nextBoolean() ? 5 : garbage[0];
                spray(i % 2 == 0 ? tunnels.server.port() : tunnels.client.socksAddress().getPort(), garbage);
            }
            try (Socket socket = tunnels.socks().connect("127.0.0.1", echo.port())) {
                socket.getOutputStream().write(1);
                assertEquals(1, socket.getInputStream().read());
            }
        } catch (IOException | AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static void spray(int port, byte[] garbage) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write(garbage);
        } catch (SocketException e) {
            // With many strangers in the queue the oldest are closed, this one maybe.
            assertFalse(e instanceof ConnectException, e::toString);
        }
    }

    // --- helpers ---------------------------------------------------------------------------------------------------

    static long download(SocksTestClient socks, int port, long seed, long total) throws IOException {
        try (Socket socket = socks.connect("127.0.0.1", port)) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeLong(seed);
            out.writeLong(total);
            return Targets.Stream.verify(socket.getInputStream(), seed, total);
        }
    }

    static long upload(SocksTestClient socks, int port, long seed, long total) throws IOException {
        try (Socket socket = socks.connect("127.0.0.1", port)) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeLong(seed);
            out.writeLong(total);
            Targets.Stream.send(out, seed, total);
            return new DataInputStream(socket.getInputStream()).readLong();
        }
    }
}
