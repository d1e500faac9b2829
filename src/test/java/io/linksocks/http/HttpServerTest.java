package io.linksocks.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.session.Waiting;
import io.linksocks.util.RecordedLog;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(240)
class HttpServerTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final List<Route> ROUTES = List.of(
            Route.exact("GET", "/", request -> Response.text(200, "status\n")),
            Route.exact("POST", "/echo", request -> new Response(200, "text/plain", Headers.NONE, request.body())),
            Route.prefix("DELETE", "/item/", request -> Response.text(200, request.head().path().substring(6))),
            Route.exact("GET", "/remote", request -> Response.text(200, request.remote().getAddress().toString())),
            Route.exact("GET", "/refuse", request -> {
                throw new HttpException(403, "no");
            }),
            Route.exact("POST", "/refuse-body", request -> {
                throw new HttpException(403, "no");
            }),
            Route.exact("GET", "/large", request -> Response.text(200, "x".repeat(64 << 20))),
            Route.exact("GET", "/trust", request -> {
                request.trust();
                return Response.text(200, "");
            }),
            Route.exact("GET", "/fail", request -> {
                throw new IllegalStateException("on purpose");
            }),
            Route.exact("GET", "/stream", request -> Response.stream("text/plain", out -> {
                out.write("one\n".getBytes(StandardCharsets.US_ASCII));
                out.write('2');
            })),
            Route.exact("GET", "/flood", request -> Response.stream("text/plain", HttpServerTest::flood)));

    /** Has a permit for every flood that ended. */
    private static final Semaphore ENDED = new Semaphore(0);

    private static void flood(OutputStream out) throws IOException {
        try {
            while (true) {
                out.write(new byte[1 << 16]);
            }
        } finally {
            ENDED.release();
        }
    }

    private ServerSocket listener;
    private HttpServer server;

    private void start(ServerSocket socket, HttpServer.UpgradeHandler upgrades, Limits limits) {
        listener = socket;
        server = new HttpServer(socket, ROUTES, upgrades, limits);
        server.start();
    }

    private void start(HttpServer.UpgradeHandler upgrades, Limits limits) throws IOException {
        start(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), upgrades, limits);
    }

    private void start(Limits limits) throws IOException {
        start((head, socket, in, out) -> {
            throw new HttpException(404, "not found");
        }, limits);
    }

    private Socket connect() throws IOException {
        return new Socket(listener.getInetAddress(), listener.getLocalPort());
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Sends it all, closes the output and returns everything that comes back, without the dates. */
    private String exchange(String text) throws IOException {
        try (Socket socket = connect()) {
            send(socket, text);
            socket.shutdownOutput();
            return readAll(socket).replaceAll("Date: [^\r]*\r\n", "");
        }
    }

    private static String answer(String status, int length, String body, String fields) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " + length + "\r\n"
                + fields + "\r\n" + body;
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void answersOneRequestAfterAnother() throws IOException {
        start(Limits.connections(10));
        String item = answer("200 OK", 1, "x", "");
        String get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        String delete = "DELETE /item/x HTTP/1.1\r\nHost: a\r\n\r\n";
        String last = "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        assertEquals(answer("200 OK", 7, "status\n", "") + item + answer("200 OK", 7, "", "Connection: close\r\n"),
                exchange(get + delete + last + get));
    }

    @Test
    void readsTheBodyBeforeTheNextRequest() throws IOException {
        start(Limits.connections(10));
        String posts = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab"
                + "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nc\r\n0\r\n\r\n";
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ";
        assertEquals(head + "2\r\n\r\nab" + head + "1\r\n\r\nc", exchange(posts));
    }

    @Test
    void http10ConnectionsEnd() throws IOException {
        start(Limits.connections(10));
        assertEquals(answer("200 OK", 10, "/127.0.0.1", "Connection: close\r\n"),
                exchange("GET /remote HTTP/1.0\r\n\r\nGET / HTTP/1.0\r\n\r\n"));
    }

    @Test
    void refusesAndGoesOn() throws IOException {
        start(Limits.connections(10));
        String requests = "GET /none HTTP/1.1\r\nHost: a\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
                + "GET /refuse HTTP/1.1\r\nHost: a\r\n\r\nGET /fail HTTP/1.1\r\nHost: a\r\n\r\n";
        assertEquals(answer("404 Not Found", 10, "not found\n", "")
                + answer("405 Method Not Allowed", 19, "method not allowed\n", "Allow: GET, OPTIONS\r\n")
                + answer("403 Forbidden", 3, "no\n", "")
                + answer("500 Internal Server Error", 22, "internal server error\n", ""), exchange(requests));
    }

    @Test
    void refusesForGood() throws IOException {
        start(Limits.connections(10));
        assertEquals(answer("400 Bad Request", 23, "malformed request line\n", "Connection: close\r\n"),
                exchange("nonsense\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"));
        assertTrue(exchange("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(RequestHead.MAX_BYTES)).startsWith("HTTP/1.1 431 "));
    }

    @Test
    void aSlowHeadIsAnswered() throws IOException {
        start(new Limits(10, SHORT, LONG));
        try (Socket socket = connect()) {
            send(socket, "GET / HTT");
            assertTrue(readAll(socket).startsWith("HTTP/1.1 408 Request Timeout\r\n"));
        }
    }

    @Test
    void anIdleConnectionEndsWithoutAWord() throws IOException {
        start(new Limits(10, LONG, SHORT));
        String answer;
        do { // A client that is slow to begin is idle as well.
            answer = answerBeforeTheEnd();
        } while (answer.isEmpty());
        assertTrue(answer.endsWith("\r\n\r\nstatus\n"), answer);
    }

    private String answerBeforeTheEnd() throws IOException {
        try (Socket socket = connect()) {
            send(socket, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            return readAll(socket);
        } catch (SocketException e) {
            return "";
        }
    }

    @Test
    void tooManyConnectionsAreToldSo() throws IOException {
        start(Limits.connections(1));
        try (Socket first = connect(); Socket second = connect()) {
            assertTrue(readAll(second).startsWith("HTTP/1.1 503 Service Unavailable\r\n"));
            send(first, "GET / HTTP/1.0\r\n\r\n");
            assertTrue(readAll(first).startsWith("HTTP/1.1 200 OK\r\n"));
        }
    }

    @Test
    void aFullServerLogsOnceWhoIsRefused() throws IOException {
        start(Limits.connections(1));
        try (RecordedLog log = new RecordedLog(HttpServer.class.getName());
                Socket first = connect(); Socket second = connect(); Socket third = connect()) {
            readAll(second);
            readAll(third);
            assertEquals(List.of("127.0.0.1:" + second.getLocalPort()
                    + " refused: the maximum of 1 connections to this port is reached; allow more with maxConnections(...)"),
                    log.messages());
            send(first, "GET / HTTP/1.0\r\n\r\n");
            assertTrue(readAll(first).startsWith("HTTP/1.1 200 OK\r\n"));
        }
    }

    @Test
    void aStreamEndsWithItsConnection() throws IOException {
        start(Limits.connections(10));
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n";
        String ignored = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        assertEquals(head + "one\n2", exchange("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n" + ignored));
        assertEquals(head + "one\n2", exchange("GET /stream HTTP/1.0\r\n\r\n"));
        assertEquals(head, exchange("HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n" + ignored));
    }

    @Test
    void aStreamThatNobodyReadsIsCutOff() throws Exception {
        start(new Limits(10, LONG, LONG, SHORT));
        try (Socket socket = connect()) {
            send(socket, "GET /flood HTTP/1.1\r\nHost: a\r\n\r\n");
            assertEquals('H', socket.getInputStream().read());
            ENDED.acquire();
        }
    }

    @Test
    void closingEndsAStream() throws Exception {
        start(Limits.connections(10));
        try (Socket socket = connect()) {
            send(socket, "GET /flood HTTP/1.1\r\nHost: a\r\n\r\n");
            assertEquals('H', socket.getInputStream().read());
            server.close();
            ENDED.acquire();
        }
    }

    @Test
    void anUpgradeGetsWhatFollowsTheHead() throws IOException {
        start((request, socket, in, out) -> {
            assertEquals("/ws", request.head().path());
            assertEquals(0, socket.getSoTimeout());
            assertTrue(socket.getTcpNoDelay() && socket.getKeepAlive());
            out.write(in.readNBytes(100_000));
        }, Limits.connections(10));
        byte[] data = "0123456789".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
        try (Socket socket = connect()) {
            send(socket, "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: WebSocket\r\n\r\n"
                    + new String(data, StandardCharsets.US_ASCII));
            assertArrayEquals(data, socket.getInputStream().readAllBytes());
        }
    }

    @Test
    void anUpgradeMayBeRefusedAndRoutesComeFirst() throws IOException {
        start(Limits.connections(10));
        assertTrue(exchange("GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n").startsWith("HTTP/1.1 404 "));
        assertTrue(exchange("GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nContent-Length: 3\r\n\r\nabc")
                .startsWith("HTTP/1.1 400 "), "with a body");
        assertTrue(exchange("GET /remote HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n").startsWith("HTTP/1.1 200 "));
    }

    @Test
    void aBalancerNamesTheClient() throws IOException {
        start(Limits.connections(10));
        server.behind(peer -> true);
        String request = "GET /remote HTTP/1.1\r\nHost: a\r\n\r\n";
        assertTrue(exchange("PROXY TCP4 198.51.100.7 203.0.113.1 56324 443\r\n" + request).endsWith("\r\n\r\n/198.51.100.7"));
        assertEquals("", exchange(request));
        server.behind(peer -> false);
        assertTrue(exchange("PROXY TCP4 198.51.100.7 203.0.113.1 56324 443\r\n" + request).startsWith("HTTP/1.1 400 "));
    }

    /** A reverse proxy may cut off the whole path. */
    @Test
    void theRootIsAPageAndMayBeUpgraded() throws IOException {
        start((head, socket, in, out) -> out.write('!'), Limits.connections(10));
        assertEquals("!", exchange("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n"));
        assertTrue(exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").startsWith("HTTP/1.1 200 "));
    }

    @Test
    void optionsTellTheMethodsOfWhatExists() throws IOException {
        start(Limits.connections(10));
        String requests = "OPTIONS / HTTP/1.1\r\nHost: a\r\n\r\nOPTIONS /item/x HTTP/1.1\r\nHost: a\r\n\r\n"
                + "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\nOPTIONS /none HTTP/1.1\r\nHost: a\r\n\r\n";
        assertEquals(answer("200 OK", 0, "", "Allow: GET, OPTIONS\r\n")
                + answer("200 OK", 0, "", "Allow: DELETE, OPTIONS\r\n")
                + answer("200 OK", 0, "", "Allow: GET, POST, DELETE, OPTIONS\r\n")
                + answer("404 Not Found", 10, "not found\n", ""), exchange(requests));
        assertTrue(exchange("OPTIONS / HTTP/1.0\r\n\r\n").startsWith("HTTP/1.1 200 "), "as HAProxy asks");
    }

    /** Of the body not a byte comes, and nobody waits for it. */
    @ParameterizedTest
    @CsvSource({"/none, 404, 100000", "/, 405, 100000", "/refuse-body, 403, 100000", "/none, 413, 1000000000"})
    void aRefusalDoesNotWaitForTheBody(String path, int status, int length) throws IOException {
        start(Limits.connections(10));
        try (Socket socket = connect()) {
            send(socket, "POST " + path + " HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: " + length
                    + "\r\n\r\n");
            String answer = readAll(socket);
            assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
            assertTrue(answer.contains("Connection: close\r\n"), answer);
        }
    }

    @Test
    void anAnswerThatNobodyTakesIsCutOff() throws IOException {
        start(new Limits(10, LONG, LONG, SHORT));
        try (Socket socket = connect()) {
            send(socket, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
            assertEquals('H', socket.getInputStream().read());
            awaitNobody();
        }
    }

    private void awaitNobody() {
        Waiting.until("nobody is connected", () -> server.connections() == 0);
    }

    /** With two places, of which the silent ones can only have each other's. */
    @Test
    void silentConnectionsTakeEachOthersPlaces() throws IOException {
        start(new Limits(4, LONG, LONG));
        try (Socket first = connect(); Socket second = connect(); Socket third = connect()) {
            assertEquals(-1, first.getInputStream().read());
            Waiting.until("counted", () -> server.refusals() == 1);
            send(second, "GET / HTTP/1.0\r\n\r\n");
            assertTrue(readAll(second).startsWith("HTTP/1.1 200 "));
            send(third, "GET / HTTP/1.0\r\n\r\n");
            assertTrue(readAll(third).startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void whoIsTrustedKeepsThePlace() throws IOException {
        start(new Limits(4, LONG, LONG));
        try (Socket trusted = connect()) {
            send(trusted, "GET /trust HTTP/1.1\r\nHost: a\r\n\r\n");
            assertEquals('H', trusted.getInputStream().read());
            for (int i = 0; i < 2; i++) {
                assertTrue(exchange("GET / HTTP/1.0\r\n\r\n").startsWith("HTTP/1.1 200 "));
            }
            Waiting.until("the others have gone", () -> server.connections() == 1);
            try (Socket second = connect(); Socket third = connect(); Socket fourth = connect()) {
                assertEquals(-1, second.getInputStream().read());
                for (Socket kept : List.of(trusted, third, fourth)) {
                    send(kept, "GET / HTTP/1.0\r\n\r\n");
                    assertTrue(readAll(kept).endsWith("status\n"));
                }
            }
        }
    }

    @Test
    void closingEndsWhatIsOpen() throws Exception {
        CountDownLatch upgraded = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        start((head, socket, in, out) -> {
            upgraded.countDown();
            assertThrows(SocketException.class, in::read);
            ended.countDown();
        }, Limits.connections(10));
        try (Socket socket = connect()) {
            send(socket, "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n");
            upgraded.await();
            assertEquals(1, server.connections());
            server.close();
            ended.await();
            assertEquals(-1, socket.getInputStream().read());
        }
        assertThrows(IOException.class, this::connect);
    }

    @Test
    void acceptingSurvivesFailures() throws IOException {
        AtomicInteger failures = new AtomicInteger(3);
        start(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()) {
            @Override
            public Socket accept() throws IOException {
                if (failures.getAndDecrement() > 0) {
                    throw new SocketException("Too many open files");
                }
                return super.accept();
            }
        }, (head, socket, in, out) -> out.close(), Limits.connections(10));
        assertTrue(exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").startsWith("HTTP/1.1 200 "));
    }
}
