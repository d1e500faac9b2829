package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.access.DenyRule;
import io.linksocks.client.DatagramTunnel;
import io.linksocks.client.LinkSocksClient;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.util.QuietPort;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams of a program itself, without a SOCKS port. */
@Timeout(240)
class DatagramTunnelIT {
    private static final String LOOPBACK = "127.0.0.1";
    /** Longer than anything here takes. */
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration MOMENT = Duration.ofMillis(20);
    /** The largest datagram over IPv4. */
    private static final int LARGEST = 65_507;

    private static DatagramTunnel open(Tunnels tunnels) throws IOException {
        return tunnels.client.openDatagrams(LIMIT);
    }

    // --- what works --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {LOOPBACK, "::1", "localhost"})
    void carriesDatagramsOfAnyLengthThereAndBack(String host) throws Exception {
        String address = host.equals("localhost") ? InetAddress.getByName(host).getHostAddress() : host;
        try (Tunnels tunnels = Tunnels.withoutSocks(); Targets.Udp echo = new Targets.Udp(address);
                DatagramTunnel datagrams = open(tunnels)) {
            for (int length : new int[] {1, 0, 1200, 9000, LARGEST}) {
                byte[] payload = new byte[length];
                new Random(length).nextBytes(payload);
                byte[] sent = payload.clone();
                datagrams.send(host, echo.port(), sent);
                Arrays.fill(sent, (byte) 0);
                DatagramTunnel.Received answer = datagrams.receive(LIMIT);
                assertArrayEquals(payload, answer.payload());
                assertEquals(InetAddress.getByName(address), InetAddress.getByName(answer.host()));
                assertEquals(echo.port(), answer.port());
            }
        }
    }

    @Test
    void reachesSeveralTargetsAndTellsThemApart() throws Exception {
        try (Tunnels tunnels = Tunnels.withoutSocks(); Targets.Udp one = new Targets.Udp(LOOPBACK);
                Targets.Udp two = new Targets.Udp(LOOPBACK); DatagramTunnel datagrams = open(tunnels)) {
            for (byte i = 0; i < 50; i++) {
                Targets.Udp target = i % 2 == 0 ? one : two;
                datagrams.send(LOOPBACK, target.port(), new byte[] {i});
                DatagramTunnel.Received answer = datagrams.receive(LIMIT);
                assertEquals(target.port(), answer.port());
                assertEquals(i, answer.payload()[0]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AGENT", "AUTONOMY"})
    void reachesTheTargetsOfAProvider(Network.Mode mode) throws Exception {
        try (Network network = Network.of(mode); Targets.Udp echo = new Targets.Udp(LOOPBACK);
                DatagramTunnel datagrams = network.connector().openDatagrams(LIMIT)) {
            assertEchoes(datagrams, echo, 7);
        }
    }

    @Test
    void survivesALostWebSocket() throws Exception {
        try (Relayed network = new Relayed(); Targets.Udp echo = new Targets.Udp(LOOPBACK);
                DatagramTunnel datagrams = network.client.openDatagrams(LIMIT)) {
            assertEchoes(datagrams, echo, 1);
            network.relay.cutAll();
            assertEchoes(datagrams, echo, 2);
        }
    }

    private static void assertEchoes(DatagramTunnel datagrams, Targets.Udp echo, int value) throws IOException {
        datagrams.send(LOOPBACK, echo.port(), new byte[] {(byte) value});
        assertArrayEquals(new byte[] {(byte) value}, datagrams.receive(LIMIT).payload());
    }

    @Test
    void dropsWhatTheRulesForbidAndGoesOn() throws Exception {
        try (Targets.Udp forbidden = new Targets.Udp(LOOPBACK); Targets.Udp echo = new Targets.Udp(LOOPBACK);
                Tunnels tunnels = Tunnels.withoutSocks(builder ->
                        builder.denyRules(List.of(DenyRule.parse(LOOPBACK + ":" + forbidden.port()))));
                DatagramTunnel datagrams = open(tunnels)) {
            datagrams.send(LOOPBACK, forbidden.port(), new byte[] {1});
            assertEchoes(datagrams, echo, 2);
        }
    }

    // --- endings -----------------------------------------------------------------------------------------------------

    @Test
    void aTimeoutLeavesTheTunnelAlone() throws Exception {
        try (Tunnels tunnels = Tunnels.withoutSocks(); Targets.Udp echo = new Targets.Udp(LOOPBACK);
                DatagramTunnel datagrams = open(tunnels)) {
            SocketTimeoutException late = assertThrows(SocketTimeoutException.class, () -> datagrams.receive(MOMENT));
            assertEquals("no datagram within 20 ms", late.getMessage());
            assertEchoes(datagrams, echo, 3);
        }
    }

    @Test
    void anInterruptLeavesTheTunnelAlone() throws Exception {
        try (Tunnels tunnels = Tunnels.withoutSocks(); Targets.Udp echo = new Targets.Udp(LOOPBACK);
                DatagramTunnel datagrams = open(tunnels)) {
            assertInterrupted(datagrams);
            FutureTask<?> receiving = startReceiving(datagrams);
            FutureTask<?> alsoReceiving = startReceiving(datagrams);
            assertInterrupted(datagrams);
            datagrams.send(LOOPBACK, echo.port(), new byte[1]);
            datagrams.send(LOOPBACK, echo.port(), new byte[1]);
            receiving.get();
            alsoReceiving.get();
        }
    }

    private static void assertInterrupted(DatagramTunnel datagrams) {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, () -> datagrams.receive(LIMIT));
        assertTrue(Thread.interrupted());
    }

    private static FutureTask<?> startReceiving(DatagramTunnel datagrams) {
        FutureTask<?> task = new FutureTask<>(() -> datagrams.receive(LIMIT));
        Thread thread = Thread.ofPlatform().start(task);
        Await.until("the thread waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
        return task;
    }

    @Test
    void closingWakesWhoReceives() throws Exception {
        try (Tunnels tunnels = Tunnels.withoutSocks()) {
            DatagramTunnel datagrams = open(tunnels);
            FutureTask<?> receiving = startReceiving(datagrams);
            assertFalse(datagrams.isClosed());
            datagrams.close();
            datagrams.close();
            assertTrue(datagrams.isClosed());
            ExecutionException end = assertThrows(ExecutionException.class, () -> receiving.get());
            assertEquals("datagram tunnel is closed", assertEnded(end.getCause()));
            assertEquals("datagram tunnel is closed",
                    assertEnded(assertThrows(IOException.class, () -> datagrams.send(LOOPBACK, 1, new byte[1]))));
            Await.until("the channel has ended", () -> tunnels.server.channels().isEmpty());
        }
    }

    @Test
    void theEndOfTheClientEndsTheTunnel() throws Exception {
        try (Tunnels tunnels = Tunnels.withoutSocks(); DatagramTunnel datagrams = open(tunnels)) {
            FutureTask<?> receiving = startReceiving(datagrams);
            tunnels.client.close();
            ExecutionException end = assertThrows(ExecutionException.class, () -> receiving.get());
            String message = assertEnded(end.getCause());
            assertTrue(message.startsWith("datagram tunnel "), message);
            assertFalse(datagrams.isClosed());
        }
    }

    private static String assertEnded(Throwable end) {
        assertEquals(SocketException.class, end.getClass());
        return end.getMessage();
    }

    // --- what does not work, and why -----------------------------------------------------------------------------------

    @Test
    void argumentsThatCannotBeAreRefusedByName() throws Exception {
        try (Tunnels tunnels = Tunnels.withoutSocks(); DatagramTunnel datagrams = open(tunnels)) {
            assertRefused("port must be 1 to 65535, not 0", () -> datagrams.send(LOOPBACK, 0, new byte[1]));
            assertRefused("host must be 1 to 255 bytes of UTF-8, not 256",
                    () -> datagrams.send("ü".repeat(128), 1, new byte[1]));
            assertRefused("payload must be 0 to 65527, not 65528", () -> datagrams.send(LOOPBACK, 1, new byte[65_528]));
            assertRefused("timeout must be 1 ms to 365 d, not 0 ms", () -> datagrams.receive(Duration.ZERO));
            assertRefused("timeout must be 1 ms to 365 d, not -1 s",
                    () -> tunnels.client.openDatagrams(Duration.ofSeconds(-1)));
        }
    }

    private static void assertRefused(String why, Executable call) {
        assertEquals(why, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    @Test
    void saysThatThereIsNoServerInTime() throws Exception {
        try (LinkSocksClient client = Tunnels.clientOf(QuietPort.next()).socks(false).build()) {
            assertThrows(IllegalStateException.class, () -> client.openDatagrams(LIMIT));
            client.start();
            ConnectException refusal = assertThrows(ConnectException.class, () -> client.openDatagrams(MOMENT));
            assertTrue(refusal.getMessage().contains("no connection to the server"), refusal.getMessage());
        }
    }

    @Test
    void saysThatTheOtherSideHasNoUdp() throws Exception {
        try (LinkSocksServer server = Tunnels.startServer(0, builder -> builder.upstreamProxy(URI.create("http://127.0.0.1:1")));
                LinkSocksClient client = Tunnels.clientOf(server.port()).socks(false).build()) {
            client.start();
            ConnectException refusal = assertThrows(ConnectException.class, () -> client.openDatagrams(LIMIT));
            assertTrue(refusal.getMessage().startsWith("can't open a port for datagrams: ")
                    && refusal.getMessage().contains("UDP"), refusal.getMessage());
        }
    }

    @Test
    void aProviderOpensNone() {
        try (LinkSocksClient provider = Tunnels.clientOf(1).provider().build()) {
            assertThrows(IllegalStateException.class, () -> provider.openDatagrams(LIMIT));
        }
    }
}
