package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.client.LinkSocksClientBuilder;
import io.linksocks.util.QuietPort;
import io.linksocks.wire.WireSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The modes in which a provider dials, through real sockets: TCP and UDP, all kinds of addresses, all options. */
@Timeout(240)
class ModesIT {
    static final WireSettings WITHOUT_EXTENSIONS =
            WireSettings.builder().resume(false).flowControl(false).halfClose(false).fairness(false).build();

    private static final long BULK = 24 << 20;
    private static final int TIMEOUT_MILLIS = 20_000;

    static LinkSocksClientBuilder withoutExtensions(LinkSocksClientBuilder builder) {
        return builder.wire(WITHOUT_EXTENSIONS);
    }

    private static void assertEchoes(SocksTestClient socks, String host) throws IOException {
        try (Targets.Tcp echo = new Targets.Tcp(host, Targets::echo); Socket socket = socks.connect(host, echo.port())) {
            byte[] question = "are you there?".getBytes(java.nio.charset.StandardCharsets.UTF_8);
            socket.getOutputStream().write(question);
            assertArrayEquals(question, socket.getInputStream().readNBytes(question.length));
        }
    }

    private static void assertBulk(SocksTestClient socks) throws IOException {
        try (Targets.Tcp give = new Targets.Tcp("127.0.0.1", Targets::give);
                Targets.Tcp take = new Targets.Tcp("127.0.0.1", Targets::take)) {
            assertEquals(BULK, ForwardIT.download(socks, give.port(), 1, BULK));
            assertEquals(BULK, ForwardIT.upload(socks, take.port(), 2, BULK));
        }
    }

    @ParameterizedTest
    @CsvSource({"REVERSE,127.0.0.1", "REVERSE,::1", "REVERSE,localhost", "AGENT,127.0.0.1", "AGENT,::1",
        "AGENT,localhost", "AUTONOMY,127.0.0.1", "AUTONOMY,::1", "AUTONOMY,localhost"})
    void tcp(Network.Mode mode, String host) throws Exception {
        try (Network network = Network.of(mode)) {
            assertEchoes(network.socks(), host);
        }
    }

    @ParameterizedTest
    @CsvSource({"REVERSE,127.0.0.1", "REVERSE,::1", "REVERSE,localhost", "AGENT,127.0.0.1", "AGENT,::1",
        "AGENT,localhost", "AUTONOMY,127.0.0.1", "AUTONOMY,::1", "AUTONOMY,localhost"})
    void udp(Network.Mode mode, String host) throws Exception {
        String bound = host.equals("localhost") ? InetAddress.getByName(host).getHostAddress() : host;
        try (Network network = Network.of(mode);
                Targets.Udp echo = new Targets.Udp(bound);
                SocksTestClient.Association association = network.socks().associate()) {
            UdpIT.checkEchoes(association, host, echo.port(), 100, 10);
        }
    }

    @ParameterizedTest
    @EnumSource
    void bulk(Network.Mode mode) throws Exception {
        try (Network network = Network.of(mode)) {
            assertBulk(network.socks());
        }
    }

    @ParameterizedTest
    @EnumSource
    void bulkWithoutExtensions(Network.Mode mode) throws Exception {
        try (Network network = Network.of(mode, UnaryOperator.identity(), ModesIT::withoutExtensions)) {
            assertBulk(network.socks());
        }
    }

    @ParameterizedTest
    @EnumSource
    void bulkWithExtensionsOnOneSideOnly(Network.Mode mode) throws Exception {
        try (Network network = Network.of(mode, UnaryOperator.identity(), ModesIT::withoutExtensions)) {
            if (mode != Network.Mode.REVERSE) {
                network.connector();
            }
            assertBulk(network.socks());
        }
    }

    @ParameterizedTest
    @CsvSource({"REVERSE,true,false", "AGENT,true,false", "AGENT,false,true", "AGENT,true,true", "AUTONOMY,false,true"})
    void fastOpen(Network.Mode mode, boolean atServer, boolean atClients) throws Exception {
        int unused = QuietPort.next();
        try (Network network = Network.of(mode, server -> server.fastOpen(atServer),
                client -> client.fastOpen(atClients))) {
            assertEchoes(network.socks(), "127.0.0.1");
            assertEchoes(network.socks(), "localhost");
            if (mode == Network.Mode.REVERSE || atClients) {
                try (Socket bad = network.socks().connect("127.0.0.1", unused)) {
                    assertThrows(IOException.class, () -> {
                        bad.getOutputStream().write(1);
                        if (bad.getInputStream().read() < 0) {
                            throw new IOException("ended");
                        }
                    });
                }
            }
            network.awaitStatus("\"channels\":0");
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyConnectionsOverFourThreads(Network.Mode mode) throws Exception {
        try (Network network = Network.of(mode, UnaryOperator.identity(), client -> client.threads(4));
                Targets.Tcp give = new Targets.Tcp("127.0.0.1", Targets::give);
                ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            network.awaitStatus("\"clients_count\":4");
            SocksTestClient socks = network.socks();
            List<Future<Long>> received = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                long seed = i;
                received.add(workers.submit(() -> ForwardIT.download(socks, give.port(), seed, 100_000)));
            }
            for (Future<Long> one : received) {
                assertEquals(100_000, one.get());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsThatTheTargetRefused(Network.Mode mode) throws Exception {
        int unused = QuietPort.next();
        try (Network network = Network.of(mode)) {
            assertEquals(4, assertThrows(SocksTestClient.Refused.class,
                    () -> network.socks().connect("127.0.0.1", unused)).code);
            assertEquals(4, assertThrows(SocksTestClient.Refused.class,
                    () -> network.socks().connect("no-such-host.invalid", 80)).code);
            network.awaitStatus("\"channels\":0");
        }
    }

    /** A server that answers only after the end of the question. */
    @ParameterizedTest
    @EnumSource
    void halfClose(Network.Mode mode) throws Exception {
        try (Network network = Network.of(mode);
                Targets.Tcp counter = new Targets.Tcp("127.0.0.1", socket -> {
                    int length = socket.getInputStream().readAllBytes().length;
                    new java.io.DataOutputStream(socket.getOutputStream()).writeInt(length);
                });
                Socket socket = network.socks().connect("127.0.0.1", counter.port())) {
            socket.getOutputStream().write(new byte[100_000]);
            socket.shutdownOutput();
            assertEquals(100_000, new java.io.DataInputStream(socket.getInputStream()).readInt());
            assertEquals(-1, socket.getInputStream().read());
            network.awaitStatus("\"channels\":0");
        }
    }
}
