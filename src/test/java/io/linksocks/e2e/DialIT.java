package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.access.DenyRule;
import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.TunnelConnection;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.util.QuietPort;
import io.linksocks.wire.WireSettings;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections of a program itself, without a SOCKS port. */
@Timeout(240)
class DialIT {
    private static final long BULK = 24 << 20;
    private static final long SEED = 4711;
    private static final String LOOPBACK = "127.0.0.1";
    /** Until then the deaf target reads nothing. */
    private final CountDownLatch hearing = new CountDownLatch(1);

    @AfterEach
    void letTargetsEnd() {
        hearing.countDown();
    }

    // --- what works --------------------------------------------------------------------------------------------------

    @Test
    void speaksWithATargetWithoutAnyPort() throws Exception {
        try (Tunnels tunnels = Tunnels.withoutSocks();
                Targets.Tcp echo = new Targets.Tcp(LOOPBACK, Targets::echo);
                TunnelConnection connection = tunnels.client.dial("localhost", echo.port())) {
            assertNull(tunnels.client.socksAddress());
            assertEquals("localhost", connection.host());
            assertEquals(echo.port(), connection.port());
            assertEquals("connection to localhost:" + echo.port(), connection.toString());
            connection.outputStream().write(200);
            assertEquals(200, connection.inputStream().read());
            byte[] question = "are you there?".getBytes(StandardCharsets.UTF_8);
            connection.outputStream().write(question, 4, 9);
            assertEquals("you there", new String(connection.inputStream().readNBytes(9), StandardCharsets.UTF_8));
        }
    }

    @Test
    void carriesMuchBothWaysUnchanged() throws Exception {
        try (Tunnels tunnels = Tunnels.withoutSocks();
                Targets.Tcp give = new Targets.Tcp(LOOPBACK, Targets::give);
                Targets.Tcp take = new Targets.Tcp(LOOPBACK, Targets::take);
                TunnelConnection download = ask(tunnels.client, give, BULK);
                TunnelConnection upload = ask(tunnels.client, take, BULK)) {
            assertEquals(BULK, Targets.Stream.verify(download.inputStream(), SEED, BULK));
            assertEquals(-1, download.inputStream().read());
            assertEquals(-1, download.inputStream().read());
            Targets.Stream.send(upload.outputStream(), SEED, BULK);
            assertEquals(BULK, new DataInputStream(upload.inputStream()).readLong());
        }
    }

    private static TunnelConnection ask(LinkSocksClient client, Targets.Tcp target, long bytes) throws IOException {
        TunnelConnection connection = client.dial(LOOPBACK, target.port());
        DataOutputStream out = new DataOutputStream(connection.outputStream());
        out.writeLong(SEED);
        out.writeLong(bytes);
        return connection;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, 70_000, 3 << 20})
    void carriesWhatIsCompressedUnchangedInReadsOfAnySize(int readSize) throws Exception {
        byte[] text = "the same line again and again\n".repeat(100_000).getBytes(StandardCharsets.UTF_8);
        int length = readSize == 1 ? 5000 : text.length;
        try (Tunnels tunnels = Tunnels.withoutSocks();
                Targets.Tcp echo = new Targets.Tcp(LOOPBACK, Targets::echo);
                TunnelConnection connection = tunnels.client.dial(LOOPBACK, echo.port());
                ExecutorService writer = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> written = writer.submit(() -> {
                connection.outputStream().write(text);
                connection.shutdownOutput();
                return null;
            });
            byte[] got = new byte[length];
            int filled = 0;
            while (filled < length) {
                filled += connection.inputStream().read(got, filled, Math.min(readSize, length - filled));
            }
            assertArrayEquals(java.util.Arrays.copyOf(text, length), got);
            if (length == text.length) {
                assertEquals(-1, connection.inputStream().read());
                written.get();
            }
        }
    }

    @Test
    void tellsWhatCanBeReadWithoutWaiting() throws Exception {
        try (Tunnels tunnels = Tunnels.withoutSocks();
                Targets.Tcp echo = new Targets.Tcp(LOOPBACK, Targets::echo);
                TunnelConnection connection = tunnels.client.dial(LOOPBACK, echo.port())) {
            assertEquals(0, connection.inputStream().available());
            connection.outputStream().write(new byte[5]);
            Await.until("something is there", () -> available(connection) == 5);
            assertEquals(2, connection.inputStream().read(new byte[2]));
            assertEquals(3, connection.inputStream().available());
            connection.inputStream().readNBytes(3);
            connection.shutdownOutput();
            assertEquals(-1, connection.inputStream().read());
            assertEquals(0, connection.inputStream().available());
        }
    }

    private static int available(TunnelConnection connection) {
        try {
            return connection.inputStream().available();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void endsItsQuestionAndGetsTheAnswer() throws Exception {
        try (Tunnels tunnels = Tunnels.withoutSocks();
                Targets.Tcp counter = new Targets.Tcp(LOOPBACK, DialIT::count);
                TunnelConnection connection = tunnels.client.dial(LOOPBACK, counter.port())) {
            connection.outputStream().write(new byte[300_000]);
            connection.shutdownOutput();
            connection.shutdownOutput();
            assertThrows(SocketException.class, () -> connection.outputStream().write(1));
            assertEquals(300_000, new DataInputStream(connection.inputStream()).readInt());
            assertEquals(-1, connection.inputStream().read());
        }
    }

    /** Where nobody could read meanwhile, had the one who ends its question to wait for the answer. */
    @Test
    void endsItsQuestionWithoutWaitingAlsoWhereThereIsNoHalfClose() throws Exception {
        byte[] question = new byte[300_000];
        try (Tunnels tunnels = Tunnels.withoutSocks(builder ->
                builder.wire(WireSettings.builder().resume(false).flowControl(false).halfClose(false).build()));
                Targets.Tcp echo = new Targets.Tcp(LOOPBACK, Targets::echo);
                TunnelConnection connection = tunnels.client.dial(LOOPBACK, echo.port())) {
            connection.outputStream().write(question);
            connection.shutdownOutput();
            assertArrayEquals(question, connection.inputStream().readNBytes(question.length));
        }
    }

    /** Answers, when it has come to the end, how many bytes there were. */
    private static void count(Socket socket) throws IOException {
        int bytes = socket.getInputStream().readAllBytes().length;
        new DataOutputStream(socket.getOutputStream()).writeInt(bytes);
    }

    @Test
    void aLostWebSocketIsNoMoreThanAPause() throws Exception {
        try (Relayed network = new Relayed();
                Targets.Tcp give = new Targets.Tcp(LOOPBACK, Targets::give);
                TunnelConnection connection = ask(network.client, give, BULK)) {
            InputStream in = connection.inputStream();
            assertEquals(1 << 20, in.skip(1 << 20));
            network.relay.cutAll();
            in.skipNBytes(BULK - (1 << 20));
            assertEquals(-1, in.read());
        }
    }

    /** Whoever does not read gets no more than a window, holds up nobody, and loses nothing. */
    @Test
    void aSlowReaderIsBounded() throws Exception {
        long each = 40 << 20;
        try (Tunnels tunnels = Tunnels.withoutSocks();
                Targets.Tcp give = new Targets.Tcp(LOOPBACK, Targets::give);
                Targets.Tcp fast = new Targets.Tcp(LOOPBACK, Targets::give)) {
            List<TunnelConnection> slow = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                slow.add(ask(tunnels.client, give, each));
            }
            try (TunnelConnection other = ask(tunnels.client, fast, BULK)) {
                assertEquals(BULK, Targets.Stream.verify(other.inputStream(), SEED, BULK));
            }
            Await.until("all of them wait for their readers", () -> give.openConnections() == slow.size());
            for (TunnelConnection connection : slow) {
                assertEquals(each, Targets.Stream.verify(connection.inputStream(), SEED, each));
                connection.close();
            }
        }
    }

    // --- endings -----------------------------------------------------------------------------------------------------

    @Test
    void aReadTimeoutLeavesTheConnectionAlone() throws Exception {
        try (Tunnels tunnels = Tunnels.withoutSocks();
                Targets.Tcp echo = new Targets.Tcp(LOOPBACK, Targets::echo);
                TunnelConnection connection = tunnels.client.dial(LOOPBACK, echo.port())) {
            connection.readTimeout(Duration.ofMillis(20));
            SocketTimeoutException late =
                    assertThrows(SocketTimeoutException.class, () -> connection.inputStream().read());
            assertTrue(late.getMessage().contains("within 20 ms"), late.getMessage());
            connection.readTimeout(Duration.ZERO);
            connection.outputStream().write(9);
            assertEquals(9, connection.inputStream().read());
            assertThrows(IllegalArgumentException.class, () -> connection.readTimeout(Duration.ofMillis(-1)));
        }
    }

    @Test
    void closingWakesWhoReadsAndWhoWritesAndLetsTheTargetGo() throws Exception {
        try (Tunnels tunnels = Tunnels.withoutSocks();
                Targets.Tcp deaf = new Targets.Tcp(LOOPBACK, this::waitForTheEnd)) {
            TunnelConnection connection = tunnels.client.dial(LOOPBACK, deaf.port());
            FutureTask<?> reading = new FutureTask<>(() -> connection.inputStream().read());
            FutureTask<?> writing = new FutureTask<>(() -> writeForEver(connection));
            startAndAwaitBlocked(reading);
            startAndAwaitBlocked(writing);
            assertFalse(connection.isClosed());
            connection.close();
            assertTrue(connection.isClosed());
            connection.close();
            assertEnded(SocketException.class, "is closed", reading);
            assertEnded(SocketException.class, "is closed", writing);
            assertThrows(SocketException.class, () -> connection.inputStream().read());
            assertThrows(SocketException.class, () -> connection.outputStream().write(1));
            assertThrows(SocketException.class, connection::shutdownOutput);
            hearing.countDown();
            Await.until("the target is let go", () -> deaf.openConnections() == 0);
        }
    }

    /** Reads nothing at first. */
    private void waitForTheEnd(Socket socket) throws IOException {
        try {
            hearing.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    private static Void writeForEver(TunnelConnection connection) throws IOException {
        byte[] much = new byte[100_000];
        while (true) {
            connection.outputStream().write(much);
        }
    }

    private static Thread startAndAwaitBlocked(FutureTask<?> task) {
        Thread thread = Thread.ofPlatform().start(task);
        Await.until("the thread waits", () -> thread.getState() == Thread.State.WAITING);
        return thread;
    }

    private static void assertEnded(Class<? extends IOException> kind, String why, Future<?> task) throws Exception {
        ExecutionException end = assertThrows(ExecutionException.class, () -> task.get());
        assertEquals(kind, end.getCause().getClass());
        assertTrue(end.getCause().getMessage().contains(why), end.getCause().getMessage());
    }

    @Test
    void abortingShowsTheTargetAReset() throws Exception {
        List<IOException> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
        try (Tunnels tunnels = Tunnels.withoutSocks();
                Targets.Tcp target = new Targets.Tcp(LOOPBACK, socket -> {
                    try {
                        socket.getInputStream().readAllBytes();
                    } catch (IOException e) {
                        seen.add(e);
                    }
                });
                TunnelConnection connection = tunnels.client.dial(LOOPBACK, target.port())) {
            connection.outputStream().write(new byte[100]);
            connection.abort();
            Await.until("the target has seen a reset", () -> seen.size() == 1);
        }
    }

    @Test
    void aTargetThatBreaksOffIsAnErrorWithAReason() throws Exception {
        try (Tunnels tunnels = Tunnels.withoutSocks();
                Targets.Tcp rude = new Targets.Tcp(LOOPBACK, socket -> {
                    socket.getInputStream().read();
                    socket.setSoLinger(true, 0);
                });
                TunnelConnection connection = tunnels.client.dial(LOOPBACK, rude.port())) {
            connection.outputStream().write(1);
            SocketException end = assertThrows(SocketException.class, () -> connection.inputStream().read());
            assertTrue(end.getMessage().startsWith("connection to 127.0.0.1:" + rude.port() + " broke off: "),
                    end.getMessage());
        }
    }

    // --- interrupts: threads of a program may be interrupted, the tunnel belongs to all of them ------------------------

    @Test
    void anInterruptedReadCanBeRepeated() throws Exception {
        try (Tunnels tunnels = Tunnels.withoutSocks();
                Targets.Tcp echo = new Targets.Tcp(LOOPBACK, Targets::echo);
                TunnelConnection connection = tunnels.client.dial(LOOPBACK, echo.port())) {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedIOException.class, () -> connection.inputStream().read());
            assertTrue(Thread.interrupted());
            connection.outputStream().write(5);
            assertEquals(5, connection.inputStream().read());
        }
    }

    @Test
    void anInterruptedWriterEndsItsConnectionAndNoOther() throws Exception {
        try (Relayed network = new Relayed();
                Targets.Tcp deaf = new Targets.Tcp(LOOPBACK, this::waitForTheEnd);
                Targets.Tcp echo = new Targets.Tcp(LOOPBACK, Targets::echo);
                TunnelConnection other = network.client.dial(LOOPBACK, echo.port());
                TunnelConnection connection = network.client.dial(LOOPBACK, deaf.port())) {
            FutureTask<?> writing = new FutureTask<>(() -> writeForEver(connection));
            startAndAwaitBlocked(writing).interrupt();
            assertEnded(InterruptedIOException.class, "interrupted", writing);
            other.outputStream().write(5);
            assertEquals(5, other.inputStream().read());
            assertEquals(1, network.relay.connections(), "the WebSocket is the first one still");
        }
    }

    @Test
    void anInterruptEndsTheWaitForATarget() throws Exception {
        try (LinkSocksServer server = Tunnels.startServer(0);
                LinkSocksClient client = Tunnels.clientOf(QuietPort.next()).build()) {
            client.start();
            Thread.currentThread().interrupt();
            assertThrows(InterruptedIOException.class, () -> client.dial(LOOPBACK, server.port()));
            assertTrue(Thread.interrupted());
        }
    }

    // --- what does not work, and why -----------------------------------------------------------------------------------

    @Test
    void saysWhyATargetCannotBeReached() throws Exception {
        int unused = QuietPort.next();
        try (Tunnels tunnels = Tunnels.withoutSocks(builder -> builder.denyRules(List.of(DenyRule.parse("*.example.com"))))) {
            assertRefused("can't reach 127.0.0.1:" + unused + ": ", tunnels.client, LOOPBACK, unused);
            assertRefused("; the other end of the tunnel says so", tunnels.client, LOOPBACK, unused);
            assertRefused("no connection: unknown host no-such-host.invalid", tunnels.client, "no-such-host.invalid", 80);
            assertRefused("can't reach www.example.com:80: not allowed by the access rules; these are the rules of this end",
                    tunnels.client, "www.example.com", 80);
            for (int port : new int[] {-1, 0, 65_536}) {
                assertThrows(IllegalArgumentException.class, () -> tunnels.client.dial(LOOPBACK, port));
            }
            for (String host : new String[] {"", "x".repeat(256), "ü".repeat(128)}) {
                assertThrows(IllegalArgumentException.class, () -> tunnels.client.dial(host, 80));
            }
        }
    }

    private static void assertRefused(String why, LinkSocksClient client, String host, int port) {
        ConnectException refusal = assertThrows(ConnectException.class, () -> client.dial(host, port));
        assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
    }

    @Test
    void saysThatThereIsNoServerInTime() throws Exception {
        try (LinkSocksClient client = Tunnels.clientOf(QuietPort.next()).socks(false).build()) {
            assertThrows(IllegalStateException.class, () -> client.dial(LOOPBACK, 80));
            client.start();
            ConnectException refusal = assertThrows(ConnectException.class,
                    () -> client.dial(LOOPBACK, 80, Duration.ofMillis(20)));
            assertTrue(refusal.getMessage().contains("no connection to the server"), refusal.getMessage());
        }
    }

    /** A connector's request waits for a provider. */
    @Test
    void givesUpATargetThatIsNotReachedInTime() throws Exception {
        try (Tunnels tunnels = Tunnels.withoutProvider()) {
            SocketTimeoutException late = assertThrows(SocketTimeoutException.class,
                    () -> tunnels.client.dial(LOOPBACK, 80, Duration.ofMillis(50)));
            assertTrue(late.getMessage().contains("no answer within 50 ms"), late.getMessage());
        }
    }

    @Test
    void saysThatTheClientHasEnded() throws Exception {
        LinkSocksServer server = Tunnels.startServer(0);
        try (server; LinkSocksClient client = Tunnels.clientOf(server.port()).token("wrong").socks(false).build()) {
            client.start();
            assertRefused("the client has ended: ws://127.0.0.1:" + server.port() + " refused the token", client, LOOPBACK, 80);
        }
    }

    @Test
    void closingTheClientEndsItsConnectionsAndWhoWaitsForOne() throws Exception {
        LinkSocksServer server = Tunnels.startServer(0);
        LinkSocksClient client = Tunnels.clientOf(server.port()).socks(false).build();
        try (server; Targets.Tcp echo = new Targets.Tcp(LOOPBACK, Targets::echo)) {
            TunnelConnection connection;
            try (client) {
                client.start();
                connection = client.dial(LOOPBACK, echo.port());
                assertThrows(IllegalStateException.class, client::start);
            }
            assertThrows(SocketException.class, () -> connection.inputStream().read());
            assertRefused("the client is closed", client, LOOPBACK, echo.port());
        }
    }

    @Test
    void aProviderDialsNobody() throws Exception {
        try (LinkSocksClient provider = Tunnels.clientOf(1).provider().build()) {
            assertThrows(IllegalStateException.class, () -> provider.dial(LOOPBACK, 80));
            assertThrows(IllegalStateException.class, provider::proxySelector);
        }
    }
}
