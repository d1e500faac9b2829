package io.linksocks.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.http.RequestHead;
import io.linksocks.http.Response;
import io.linksocks.http.Route;
import io.linksocks.util.Endpoint;
import io.linksocks.util.QuietPort;
import io.linksocks.util.Threads;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(240)
class OpeningTest {
    private static Route redirect(String path, int status, String location) {
        return Route.exact("GET", path, request -> Response.text(status, "").with("Location", location));
    }

    private static JdkWebSocket connect(URI uri, Map<String, String> headers) throws IOException {
        return JdkWebSocket.connect(new ConnectOptions(uri, headers, Loopback.TIMEOUT, Optional.empty(), null));
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void followsRedirects(int status) throws Exception {
        try (Loopback target = new Loopback();
                Loopback first = new Loopback(
                        redirect("/a", status, "/b?x=y"),
                        redirect("/b", status, "http://localhost:" + target.port() + "/socket?token=1#part"))) {
            JdkWebSocket socket = connect(first.uri("/a"), Map.of("Authorization", "secret", "X-Other", "kept"));
            RequestHead head = target.head();
            assertEquals("/socket?token=1", head.target());
            assertEquals("kept", head.header("X-Other"));
            assertNull(head.header("Authorization"), "meant for the first host only");
            assertEquals("localhost:" + target.port(), socket.peer());
            socket.abort();
        }
    }

    @Test
    void sendsHeaders() throws Exception {
        try (Loopback target = new Loopback()) {
            connect(target.uri("/x"), Map.of("Authorization", "secret")).abort();
            assertEquals("secret", target.head().header("Authorization"));
        }
    }

    @Test
    void givesUpAfterFiveRedirects() throws IOException {
        try (Loopback first = new Loopback(redirect("/a", 302, "/a"))) {
            IOException e = assertThrows(IOException.class, () -> connect(first.uri("/a?token=secret"), Map.of()));
            assertEquals("more than 5 redirects from 127.0.0.1:" + first.port(), e.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ws://a/x, /y?z, ws://a/y?z", "ws://a/x, http://b:1/, ws://b:1/", "ws://a/x, https://b, wss://b",
        "wss://a/x, WSS://b/#f, wss://b/", "ws://a:1/x/y, z, ws://a:1/x/z", "wss://a/, //b/c, wss://b/c",
        "ws://a/x?t=%20, http://b, ws://b/x?t=%20", "ws://a/x?t, wss://b:1/, wss://b:1/x?t", "ws://a/x?t, ws://b/x#f, ws://b/x?t",
        "ws://a/x?t, /x, ws://a/x?t", "ws://a/x?t, ws://b/y, ws://b/y", "ws://a/x?t, ws://b/?u, ws://b/?u",
        "ws://a/x?t, ws://b?, ws://b?"
    })
    void resolvesLocations(URI from, String location, URI to) throws IOException {
        assertEquals(to, Redirect.target(from, location));
    }

    @ParameterizedTest
    @CsvSource({"wss://a/, ws://a/", "wss://a/, http://a/", "ws://a/, ftp://a/", "ws://a/, 'http://'", "ws://a/, http:///x",
        "ws://a/, 'a b'", "ws://a/, mailto:a", "ws://a/?t, http:a", "ws://a/, http://b:65536/"})
    void refusesLocations(URI from, String location) {
        assertThrows(IOException.class, () -> Redirect.target(from, location));
    }

    @Test
    void anotherAnswerNamesHostAndStatusOnly() throws IOException {
        try (Loopback first = new Loopback(Route.exact("GET", "/a", request -> Response.text(403, "no")))) {
            HandshakeException e = assertThrows(HandshakeException.class, () -> connect(first.uri("/a?token=secret"), Map.of()));
            assertEquals(403, e.status());
            assertEquals("127.0.0.1:" + first.port() + " answered 403 instead of a WebSocket", e.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "100000, 3600", "'Fri, 01 Jan 2016 00:00:00 GMT', 0", "'Fri, 01 Jan 2100 00:00:00 GMT', 3600", "soon, 0",
        "-1, 0"})
    void theAnswerAsksForAPause(String field, long seconds) throws IOException {
        Response full = Response.text(503, "full").with("Retry-After", field);
        try (Loopback first = new Loopback(Route.exact("GET", "/a", request -> full))) {
            HandshakeException e = assertThrows(HandshakeException.class, () -> connect(first.uri("/a"), Map.of()));
            assertEquals(seconds, e.retryAfter().toSeconds());
        }
    }

    /** The JDK would read it until the heap is full; a chunk is 64 KiB. */
    @ParameterizedTest
    @ValueSource(strings = {"200 OK\r\n", "302 Found\r\nLocation: /other\r\n", "503 Full\r\nTransfer-Encoding: chunked\r\n"})
    void anAnswerWithoutEndIsNotReadToTheEndOfTheHeap(String answer) throws Exception {
        byte[] chunk = ("10000\r\n" + "a".repeat(1 << 16) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Long> taken = new CompletableFuture<>();
            Threads.start("server", () -> {
                long sent = 0;
                try (Socket socket = listener.accept()) {
                    RequestHead.read(new BufferedInputStream(socket.getInputStream()));
                    socket.getOutputStream().write(("HTTP/1.1 " + answer + "\r\n").getBytes(StandardCharsets.US_ASCII));
                    for (; sent < 1L << 30; sent += chunk.length) {
                        socket.getOutputStream().write(chunk);
                    }
                    taken.complete(sent);
                } catch (IOException e) {
                    taken.complete(sent);
                }
            });
            IOException e = assertThrows(IOException.class,
                    () -> connect(URI.create("ws://127.0.0.1:" + listener.getLocalPort() + "/a"), Map.of()));
            assertEquals("cannot reach 127.0.0.1:" + listener.getLocalPort()
                    + ": the answer is longer than any to a WebSocket request", e.getMessage());
            assertTrue(taken.get() < 64 << 20, taken::toString);
        }
    }

    @Test
    void aPortWithoutServerIsNamed() throws IOException {
        int port = QuietPort.next();
        URI uri = URI.create("ws://127.0.0.1:" + port + "/socket?token=secret");
        IOException e = assertThrows(IOException.class, () -> connect(uri, Map.of()));
        assertEquals("cannot reach 127.0.0.1:" + port + ": Connection refused", e.getMessage());
    }

    @Test
    void aNameThatNobodyHasIsNamed() {
        URI uri = URI.create("ws://no-such-host.invalid/socket?token=secret");
        IOException e = assertThrows(IOException.class, () -> connect(uri, Map.of()));
        assertEquals("cannot reach no-such-host.invalid:80: unknown host", e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws", "wss"})
    void aZoneThatIsNoInterfaceIsNamed(String scheme) {
        URI uri = URI.create(scheme + "://[fe80::1%nowhere]:8765/socket?token=secret");
        IOException e = assertThrows(IOException.class, () -> connect(uri, Map.of()));
        assertEquals("cannot reach [fe80::1%nowhere]:8765: "
                + "no network interface nowhere of this machine has addresses like fe80::1", e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "Host, Host comes from the server's URL", "hOST, hOST comes from the server's URL",
        "Connection, Connection is set by", "upgrade, upgrade is set by", "Content-Length, Content-Length is set by",
        "Expect, Expect is set by", "Transfer-Encoding, Transfer-Encoding is set by",
        "Sec-WebSocket-Key, Sec-WebSocket-Key is set by",
        "sec-websocket-version, sec-websocket-version is set by",
        "Sec-WebSocket-Extensions, Sec-WebSocket-Extensions is set by",
        "Sec-WebSocket-Protocol, Sec-WebSocket-Protocol is set by",
        "Sec-WebSocket-Accept, Sec-WebSocket-Accept is set by", "b@d, no header", "'', no header"
    })
    void refusesHeadersThatCannotBeSent(String name, String why) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> ConnectOptions.checkHeader(name, "secret"));
        assertTrue(e.getMessage().startsWith(why) && !e.getMessage().contains("secret"), e.getMessage());
    }

    @Test
    void refusesValuesThatCannotBeSent() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> ConnectOptions.checkHeader("X-Pass", "secret\nX-Other: 1"));
        assertTrue(e.getMessage().startsWith("no header") && !e.getMessage().contains("secret"), e.getMessage());
    }

    /** Nothing that is let in may fail later, when it is too late for an error message. */
    @ParameterizedTest
    @ValueSource(strings = {"Authorization", "Cookie", "Date", "Origin", "Sec-WebSocket-Other", "Via"})
    void otherHeadersAreSent(String name) throws Exception {
        ConnectOptions.checkHeader(name, "x");
        try (Loopback target = new Loopback()) {
            connect(target.uri("/x"), Map.of(name, "x")).abort();
            assertEquals("x", target.head().header(name));
        }
    }

    @Test
    void aSilentServerIsNotWaitedFor() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            URI uri = URI.create("ws://127.0.0.1:" + silent.getLocalPort() + "/");
            assertThrows(IOException.class, () -> JdkWebSocket.connect(ConnectOptions.direct(uri, Duration.ofMillis(100))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a/", "//a/", "ws:/a", "a", "ws://a:65536/"})
    void refusesOtherAddresses(URI uri) {
        assertThrows(IllegalArgumentException.class, () -> ConnectOptions.direct(uri, Loopback.TIMEOUT));
    }

    /** The target's name is resolved by the proxy, which sees nothing of the request behind the tunnel. */
    @Test
    void goesThroughAProxyWithItsPassword() throws Exception {
        try (Loopback target = new Loopback(); ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> tunnel = new CompletableFuture<>();
            Threads.start("proxy", () -> tunnel.complete(serveTunnel(proxy, target.port())));
            HttpProxies proxies = HttpProxies.fromEnvironment(
                    Map.of("http_proxy", "http://user:pass@127.0.0.1:" + proxy.getLocalPort()));
            URI uri = URI.create("ws://target.example:1234/socket");
            JdkWebSocket socket = JdkWebSocket.connect(
                    new ConnectOptions(uri, Map.of(), Loopback.TIMEOUT, Optional.of(proxies), null));
            RequestHead head = target.head();
            assertEquals("target.example:1234", head.header("Host"));
            assertNull(head.header("Proxy-Authorization"));
            socket.abort();
            target.accepted().abort();
            assertEquals("CONNECT target.example:1234 HTTP/1.1 Basic dXNlcjpwYXNz", tunnel.get());
        }
    }

    @Test
    void anUnusableProxyIsAnError() {
        HttpProxies proxies = HttpProxies.fromEnvironment(Map.of("all_proxy", "socks5://user:secret@a:1"));
        ConnectOptions options = new ConnectOptions(
                URI.create("ws://target.example/"), Map.of(), Loopback.TIMEOUT, Optional.of(proxies), null);
        IOException e = assertThrows(IOException.class, () -> JdkWebSocket.connect(options));
        assertEquals("cannot reach target.example:80: all_proxy does not name an HTTP proxy; "
                + "correct that variable, or ignore it with environmentProxy(false)", e.getMessage());
    }

    /** Serves one tunnel to its end; returns the request line and the credentials. */
    private static String serveTunnel(ServerSocket proxy, int port) {
        try (Socket client = proxy.accept(); Socket target = new Socket(InetAddress.getLoopbackAddress(), port)) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            String line = line(in);
            String credentials = "";
            for (String field = line(in); !field.isEmpty(); field = line(in)) {
                credentials += field.startsWith("Proxy-Authorization: ") ? field.substring(20) : "";
            }
            client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            Thread back = Threads.start("proxy", () -> copy(target, client));
            in.transferTo(target.getOutputStream());
            back.join();
            return line + credentials;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            assertFalse(e.getMessage().isEmpty());
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        while (!line.toString().endsWith("\r\n")) {
            line.append((char) in.read());
        }
        return line.substring(0, line.length() - 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"server.example", "my_server"})
    void dialsTheAddressThatAnswersAndNamesTheServer(String name) throws Exception {
        try (Loopback server = new Loopback()) {
            URI uri = URI.create("ws://" + name + ":" + server.port() + "/socket");
            JdkWebSocket socket = new Opening(new ConnectOptions(uri, Map.of(), Loopback.TIMEOUT, Optional.empty(), null),
                    OpeningTest::deadAndLiving).open();
            assertEquals(name + ":" + server.port(), server.head().header("Host"));
            assertEquals(name + ":" + server.port(), socket.peer());
            socket.abort();
        }
    }

    private static InetAddress[] deadAndLiving(Endpoint host, Duration timeout) throws IOException {
        return new InetAddress[] {InetAddress.getByName("127.0.0.9"), InetAddress.getByName("127.0.0.1")};
    }

    @Test
    void connectsToTheAddressOfTheProxyThatAnswers() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Thread answers = Threads.start("proxy", () -> refuseTwice(proxy));
            HttpProxies named = HttpProxies.fixed(URI.create("http://my_proxy:" + proxy.getLocalPort()));
            ConnectOptions options = new ConnectOptions(
                    URI.create("ws://server.example/"), Map.of(), Loopback.TIMEOUT, Optional.of(named), null);
            IOException e = assertThrows(IOException.class, () -> new Opening(options, OpeningTest::deadAndLiving).open());
            assertTrue(e.getMessage().contains("503"), e.getMessage());
            answers.join();
        }
    }

    /** The first connection only probes the address. */
    private static void refuseTwice(ServerSocket proxy) {
        try {
            proxy.accept().close();
            try (Socket socket = proxy.accept()) {
                assertEquals("CONNECT server.example:80 HTTP/1.1",
                        new String(socket.getInputStream().readNBytes(36), StandardCharsets.US_ASCII).strip());
                socket.getOutputStream()
                        .write("HTTP/1.1 503 no\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
