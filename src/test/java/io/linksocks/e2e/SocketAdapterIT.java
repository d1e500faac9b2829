package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.tls.ClientTls;
import io.linksocks.tls.TestAuthority;
import io.linksocks.util.QuietPort;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The tunnel as code sees it that knows sockets and proxies only. */
@Timeout(240)
class SocketAdapterIT {
    private static final String LOOPBACK = "127.0.0.1";

    private Tunnels tunnels;
    private SocketFactory sockets;
    private Targets.Tcp echo;

    @BeforeEach
    void open() throws Exception {
        tunnels = Tunnels.forward();
        sockets = tunnels.client.socketFactory();
        echo = new Targets.Tcp(LOOPBACK, Targets::echo);
    }

    @AfterEach
    void close() throws IOException {
        echo.close();
        tunnels.close();
    }

    // --- sockets -----------------------------------------------------------------------------------------------------

    @Test
    void aSocketOfTheFactoryIsConnectedByTheServer() throws Exception {
        try (Socket socket = sockets.createSocket("localhost", echo.port())) {
            assertEcho(socket);
            assertTrue(socket.isConnected() && socket.isBound() && !socket.isClosed());
            assertEquals(InetSocketAddress.createUnresolved("localhost", echo.port()), socket.getRemoteSocketAddress());
            assertEquals("localhost", socket.getInetAddress().getHostName());
            assertEquals(echo.port(), socket.getPort());
        }
        try (Socket socket = sockets.createSocket(InetAddress.getByName(LOOPBACK), echo.port())) {
            assertEcho(socket);
            assertEquals(new InetSocketAddress(LOOPBACK, echo.port()), socket.getRemoteSocketAddress());
        }
    }

    private static void assertEcho(Socket socket) throws IOException {
        new DataOutputStream(socket.getOutputStream()).writeLong(42);
        assertEquals(42, new DataInputStream(socket.getInputStream()).readLong());
    }

    @Test
    void aSocketIsMadeFirstAndConnectedThen() throws Exception {
        Socket socket = sockets.createSocket();
        try (socket) {
            assertFalse(socket.isConnected());
            socket.setSoTimeout(25);
            socket.setTcpNoDelay(false);
            socket.connect(InetSocketAddress.createUnresolved(LOOPBACK, echo.port()), 10_000);
            assertEquals(25, socket.getSoTimeout());
            assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read());
            socket.setSoTimeout(0);
            assertEcho(socket);
            assertFalse(socket.getTcpNoDelay());
            assertTrue(socket.getKeepAlive());
            assertEquals(-1, socket.getSoLinger());
            assertEquals(0, socket.getInputStream().available());
        }
        assertThrows(SocketException.class, () -> socket.getInputStream().read());
        assertThrows(SocketException.class, () -> socket.connect(new InetSocketAddress(LOOPBACK, echo.port())));
    }

    @Test
    void oneDirectionEndsBeforeTheOther() throws Exception {
        try (Socket socket = sockets.createSocket(LOOPBACK, echo.port())) {
            socket.getOutputStream().write("the last words".getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            assertEquals("the last words", new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            assertThrows(IOException.class, () -> socket.getOutputStream().write(1));
        }
        try (Socket socket = sockets.createSocket(LOOPBACK, echo.port())) {
            FutureTask<Integer> reading = new FutureTask<>(() -> socket.getInputStream().read());
            Thread reader = Thread.ofPlatform().start(reading);
            Await.until("it reads", () -> reader.getState() == Thread.State.WAITING);
            socket.shutdownInput();
            assertEquals(-1, reading.get());
            assertThrows(IOException.class, () -> socket.getInputStream().read());
        }
    }

    @Test
    void closingAStreamClosesTheSocket() throws Exception {
        Socket socket = sockets.createSocket(LOOPBACK, echo.port());
        try (socket) {
            socket.getOutputStream().close();
            assertTrue(socket.isClosed());
        }
        Await.until("the target is let go", () -> echo.openConnections() == 0);
    }

    @Test
    void aLingerTimeOfZeroMakesAReset() throws Exception {
        FutureTask<Integer> seen = new FutureTask<>(() -> 0);
        try (Targets.Tcp target = new Targets.Tcp(LOOPBACK, socket -> {
            assertThrows(SocketException.class, () -> socket.getInputStream().readAllBytes());
            seen.run();
        })) {
            try (Socket socket = sockets.createSocket(LOOPBACK, target.port())) {
                socket.getOutputStream().write(1);
                socket.setSoLinger(true, 0);
                assertEquals(0, socket.getSoLinger());
            }
            seen.get();
        }
    }

    @Test
    void closingGivesUpAnAttemptToConnect() throws Exception {
        try (Tunnels tunnels = Tunnels.withoutProvider()) {
            FutureTask<SocketException> attempt = new FutureTask<>(() -> connecting(tunnels.client));
            closeWhileConnecting(attempt);
            assertEquals("socket closed", attempt.get().getMessage());
        }
    }

    private volatile Socket halfOpen;

    private SocketException connecting(LinkSocksClient client) throws IOException {
        try (Socket socket = client.socketFactory().createSocket()) {
            halfOpen = socket;
            SocketException end = assertThrows(SocketException.class,
                    () -> socket.connect(InetSocketAddress.createUnresolved("nobody.invalid", 80)));
            assertFalse(Thread.currentThread().isInterrupted(), "that is between the socket and the tunnel");
            return end;
        }
    }

    private void closeWhileConnecting(FutureTask<?> attempt) throws IOException {
        Thread thread = Thread.ofPlatform().start(attempt);
        Await.until("it waits for a provider", () -> halfOpen != null && thread.getState() == Thread.State.WAITING);
        halfOpen.close();
    }

    @Test
    void whatATunnelCannotDoIsRefused() throws Exception {
        InetAddress local = InetAddress.getLoopbackAddress();
        assertThrows(SocketException.class, () -> sockets.createSocket(LOOPBACK, echo.port(), local, 0));
        assertThrows(SocketException.class, () -> sockets.createSocket(local, echo.port(), local, 0));
        int unused = QuietPort.next();
        assertThrows(ConnectException.class, () -> sockets.createSocket(LOOPBACK, unused));
        try (Socket socket = sockets.createSocket()) {
            assertThrows(SocketException.class, () -> socket.bind(new InetSocketAddress(LOOPBACK, 0)));
        }
        try (Socket socket = sockets.createSocket(LOOPBACK, echo.port())) {
            assertThrows(SocketException.class, () -> socket.sendUrgentData(1));
            assertEcho(socket);
        }
    }

    @Test
    void tlsGoesAroundASocket(@TempDir Path folder) throws Exception {
        TestAuthority authority = new TestAuthority(folder, "test root");
        TestAuthority.Issued issued = authority.issue("server", "localhost");
        try (LinkSocksServer https = LinkSocksServer.builder().host(LOOPBACK).port(0)
                .tls(issued.certificate(), issued.key()).build()) {
            https.start();
            SSLSocketFactory tls = ClientTls.DEFAULT.withAuthorities(authority.file()).context().getSocketFactory();
            Socket plain = sockets.createSocket("localhost", https.port());
            try (SSLSocket socket = (SSLSocket) tls.createSocket(plain, "localhost", https.port(), true)) {
                socket.getOutputStream().write("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertTrue(answer.startsWith("HTTP/1.1 200 ") && answer.endsWith("ok\n"), answer);
            }
            assertTrue(plain.isClosed());
        }
    }

    // --- proxies -----------------------------------------------------------------------------------------------------

    @Test
    void everythingGoesThroughTheLocalPort() throws Exception {
        ProxySelector selector = tunnels.client.proxySelector();
        URI page = page(tunnels.server);
        Proxy proxy = selector.select(page).getFirst();
        try (var in = page.toURL().openConnection(proxy).getInputStream()) {
            assertEquals("ok\n", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertEquals(new Proxy(Proxy.Type.HTTP, tunnels.client.socksAddress()), proxy);
        assertEquals(Proxy.Type.HTTP, selector.select(URI.create("HTTPS://localhost")).getFirst().type());
        assertEquals(new Proxy(Proxy.Type.SOCKS, tunnels.client.socksAddress()),
                selector.select(URI.create("socket://localhost:1")).getFirst());
        selector.connectFailed(page, proxy.address(), new IOException("for the log"));
    }

    private static URI page(LinkSocksServer server) {
        return URI.create("http://127.0.0.1:" + server.port() + "/healthz");
    }

    @Test
    void theHttpClientOfTheJdkGoesThroughTheTunnelAndNoOtherWay() throws Exception {
        assertEquals("ok\n", get(tunnels.client, tunnels.server).body());
        try (Tunnels forbidden = Tunnels.forwardBy(server -> server.denyPrivate(true))) {
            assertEquals(502, get(forbidden.client, forbidden.server).statusCode(), "the server reaches no such address");
        }
    }

    private static HttpResponse<String> get(LinkSocksClient client, LinkSocksServer server) throws Exception {
        try (HttpClient http = HttpClient.newBuilder().proxy(client.proxySelector()).build()) {
            return http.send(HttpRequest.newBuilder(page(server)).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void thereIsNoSelectorWithoutAPort() throws Exception {
        try (LinkSocksClient client = Tunnels.clientOf(1).socks(false).build()) {
            assertThrows(IllegalStateException.class, client::proxySelector);
        }
    }
}
