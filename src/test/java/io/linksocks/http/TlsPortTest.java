package io.linksocks.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.session.Waiting;
import io.linksocks.tls.ClientTls;
import io.linksocks.tls.ServerTls;
import io.linksocks.tls.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a port with a layer does differently. */
@Timeout(240)
class TlsPortTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    @TempDir
    private Path folder;
    private ServerSocket listener;
    private HttpServer server;
    private ClientTls client;

    private void start(Limits limits) throws Exception {
        TestAuthority authority = new TestAuthority(folder, "authority");
        TestAuthority.Issued issued = authority.issue("server", "localhost");
        client = ClientTls.DEFAULT.withAuthorities(authority.file());
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server = new HttpServer(listener, ServerTls.of(issued.certificate(), issued.key(), null)::secure,
                List.of(Route.exact("GET", "/", request -> Response.text(200, "status\n")),
                        Route.exact("GET", "/large", request -> Response.text(200, "x".repeat(64 << 20)))),
                (head, socket, in, out) -> out.write(in.read()), limits, null);
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Socket plain() throws IOException {
        return new Socket(listener.getInetAddress(), listener.getLocalPort());
    }

    private SSLSocket secured(String protocol) throws IOException {
        SSLSocket socket = (SSLSocket) client.context().getSocketFactory().createSocket(plain(), "localhost", 443, true);
        socket.setEnabledProtocols(new String[] {protocol});
        return socket;
    }

    private static String exchange(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void answersBehindAHandshakeAndSaysGoodbye(String protocol) throws Exception {
        start(new Limits(10, LONG, LONG));
        try (SSLSocket socket = secured(protocol)) {
            String answer = exchange(socket, REQUEST);
            assertTrue(answer.startsWith("HTTP/1.1 200 ") && answer.endsWith("status\n"), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void refusalsArrive(String protocol) throws Exception {
        start(new Limits(10, LONG, LONG));
        try (SSLSocket socket = secured(protocol)) {
            String answer = exchange(socket, "nonsense\r\n\r\n" + "and more of it".repeat(1000));
            assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
        }
    }

    @Test
    void upgradesGetTheInsideOfTheLayer() throws Exception {
        start(new Limits(10, LONG, LONG));
        try (SSLSocket socket = secured("TLSv1.3")) {
            socket.getOutputStream().write(("GET /x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n!")
                    .getBytes(StandardCharsets.US_ASCII));
            assertEquals('!', socket.getInputStream().read());
        }
    }

    @Test
    void plainTextIsToldWhatThePortSpeaks() throws Exception {
        start(new Limits(10, LONG, LONG));
        try (Socket socket = plain()) {
            String answer = exchange(socket, REQUEST);
            assertTrue(answer.startsWith("HTTP/1.1 400 ") && answer.contains("TLS"), answer);
        }
    }

    @Test
    void tooManyAreToldSo() throws Exception {
        start(new Limits(1, LONG, LONG));
        try (SSLSocket first = secured("TLSv1.3"); SSLSocket second = secured("TLSv1.3")) {
            first.startHandshake();
            assertTrue(exchange(second, REQUEST).startsWith("HTTP/1.1 503 "));
        }
    }

    /** A ClientHello of 512 bytes was promised, and one byte of it comes. */
    @ParameterizedTest
    @ValueSource(strings = {"", "16", "16030102000100"})
    void aSlowHandshakeEnds(String begun) throws Exception {
        start(new Limits(10, Duration.ofMillis(200), LONG));
        try (Socket socket = plain()) {
            socket.getOutputStream().write(java.util.HexFormat.of().parseHex(begun));
            awaitEnd(socket);
        }
    }

    /** Each byte comes in time for a read of its own, but not for the sum. */
    @Test
    void aTricklingHandshakeEnds() throws Exception {
        start(new Limits(10, Duration.ofMillis(300), LONG));
        try (Socket socket = plain()) {
            Thread trickle = Thread.startVirtualThread(() -> {
                try {
                    socket.getOutputStream().write(new byte[] {0x16, 3, 1, 0x40, 0});
                    while (true) {
                        socket.getOutputStream().write(1);
                        java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
                    }
                } catch (IOException e) {
                    return;
                }
            });
            awaitEnd(socket);
            trickle.join();
        }
    }

    @Test
    void aSlowHeadIsToldSo() throws Exception {
        start(new Limits(10, Duration.ofMillis(500), LONG));
        Waiting.until("a handshake was fast enough", () -> answerToASlowHead().startsWith("HTTP/1.1 408 "));
    }

    private String answerToASlowHead() {
        try (SSLSocket socket = secured("TLSv1.3")) {
            return exchange(socket, "GET / HT");
        } catch (IOException e) {
            return "the handshake was too slow: " + e;
        }
    }

    @Test
    void anAnswerThatNobodyTakesIsCutOff() throws Exception {
        start(new Limits(10, LONG, LONG, Duration.ofMillis(200)));
        try (SSLSocket socket = secured("TLSv1.3")) {
            socket.getOutputStream().write(REQUEST.replace("/ ", "/large ").getBytes(StandardCharsets.US_ASCII));
            assertEquals('H', socket.getInputStream().read());
            Waiting.until("nobody is connected", () -> server.connections() == 0);
        }
    }

    private static void awaitEnd(Socket socket) throws IOException {
        try {
            socket.getInputStream().readAllBytes();
        } catch (SocketException e) {
            // A reset is an end as well: the server had not read everything.
            return;
        }
    }
}
