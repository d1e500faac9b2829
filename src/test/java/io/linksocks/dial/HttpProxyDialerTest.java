package io.linksocks.dial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.util.Endpoint;
import io.linksocks.util.ProxyUrl;
import io.linksocks.util.RecordedLog;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(240)
class HttpProxyDialerTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(500);
    private static final Endpoint TARGET = new Endpoint("target.invalid", 443);

    private static void assertEchoes(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        assertEquals(text, new String(socket.getInputStream().readNBytes(text.length()), StandardCharsets.US_ASCII));
    }

    private static void assertRequest(String expected, FakeProxy.Connection connection) throws IOException {
        assertEquals(expected, connection.head());
    }

    private static String basic(String user, String password) {
        return new ProxyUrl("http", "proxy", 0, user, password).authorization();
    }

    @Test
    void asksForTheTargetByName() throws IOException {
        try (FakeProxy proxy = new FakeProxy(connection -> {
            assertRequest("CONNECT target.invalid:443 HTTP/1.1\r\nHost: target.invalid:443\r\n\r\n", connection);
            connection.text("HTTP/1.1 200 Connection established\r\nVia: fake\r\n\r\n");
            connection.echo();
        }); Socket socket = new HttpProxyDialer(proxy.address(), null).connect(TARGET, LONG)) {
            assertEquals(0, socket.getSoTimeout());
            assertTrue(socket.getTcpNoDelay());
            assertEchoes(socket, "hello");
        }
    }

    @Test
    void presentsCredentialsInUtf8() throws IOException {
        try (FakeProxy proxy = new FakeProxy(connection -> {
            assertRequest("CONNECT [2001:db8::1]:80 HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n"
                    + "Proxy-Authorization: Basic dXNlcjpww6Q6c3M=\r\n\r\n", connection);
            connection.text("HTTP/1.0 299 Fine\n\n");
            connection.echo();
        }); Socket socket = new HttpProxyDialer(proxy.address(), basic("user", "pä:ss"))
                .connect(new Endpoint("2001:db8::1", 80), LONG)) {
            assertEchoes(socket, "hello");
        }
    }

    @Test
    void leavesWhatFollowsTheHeadToTheStream() throws IOException {
        try (FakeProxy proxy = new FakeProxy(connection -> {
            connection.head();
            connection.text("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n220 target speaks first\r\n");
            connection.awaitEnd();
        }); Socket socket = new HttpProxyDialer(proxy.address(), null).connect(TARGET, LONG)) {
            assertEquals("220 target speaks first\r\n",
                    new String(socket.getInputStream().readNBytes(25), StandardCharsets.US_ASCII));
        }
    }

    @Test
    void takesAnAnswerThatComesByteByByte() throws IOException {
        try (FakeProxy proxy = new FakeProxy(connection -> {
            connection.head();
            connection.drip("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n");
            connection.echo();
        }); Socket socket = new HttpProxyDialer(proxy.address(), null).connect(TARGET, LONG)) {
            assertEchoes(socket, "x");
        }
    }

    private static String failure(FakeProxy.Script script, Duration timeout) throws IOException {
        try (FakeProxy proxy = new FakeProxy(connection -> {
            connection.head();
            script.run(connection);
        })) {
            HttpProxyDialer dialer = new HttpProxyDialer(proxy.address(), basic("alice", "hunter2"));
            String message = assertThrows(IOException.class, () -> dialer.connect(TARGET, timeout).close()).getMessage();
            String start = "target.invalid:443 through proxy " + proxy.address() + ": ";
            assertTrue(message.startsWith(start), message);
            assertFalse(message.contains("alice") || message.contains("hunter2"), message);
            return message.substring(start.length());
        }
    }

    @Test
    void tellsTheStatusOfARefusal() throws IOException {
        assertEquals("proxy answered 502", failure(
                connection -> connection.text("HTTP/1.1 502 Bad alice:hunter2 Gateway\r\n\r\n<html>"), LONG));
        assertEquals("proxy answered 407, it wants another user name and password", failure(connection -> {
            connection.text("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=x\r\n\r\n");
            connection.awaitEnd();
        }, LONG));
        assertEquals("proxy answered 301", failure(
                connection -> connection.text("HTTP/1.1 301 Moved\r\nLocation: http://x/\r\n\r\n"), LONG));
    }

    @Test
    void refusesGarbage() throws IOException {
        assertEquals("proxy does not answer in HTTP/1.1", failure(
                connection -> connection.text("SSH-2.0-fake\r\n"), LONG));
        assertEquals("proxy closed the connection within its answer", failure(
                connection -> connection.text("HTTP/1.1 200 OK\r\n"), LONG));
        assertEquals("proxy's answer has a head of more than 16384 bytes", failure(connection -> {
            connection.text("HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(5000));
            connection.awaitEnd();
        }, LONG));
    }

    @Test
    void doesNotWaitForeverForASilentProxy() throws IOException {
        assertTrue(failure(FakeProxy.Connection::awaitEnd, SHORT).startsWith("no answer within "));
        try (FakeProxy proxy = new FakeProxy(FakeProxy.Connection::awaitEnd)) {
            assertThrows(SocketTimeoutException.class,
                    () -> new HttpProxyDialer(proxy.address(), null).connect(TARGET, SHORT).close());
        }
    }

    @Test
    void tellsThatTheProxyIsNotThere() {
        String message = assertThrows(IOException.class, () -> new HttpProxyDialer(new Endpoint("127.0.0.1", 1), null)
                .connect(TARGET, LONG).close()).getMessage();
        assertTrue(message.startsWith("target.invalid:443 through proxy 127.0.0.1:1: "), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "a b", "a:80 HTTP/1.1\r\nX: y\r\n", "a\n", "a/b", "user@a", "", "fe80::1%eth0", "\u0000", "a\u007f"
    })
    void aHostNeverBecomesMoreThanAHost(String host) throws IOException {
        try (FakeProxy proxy = new FakeProxy(connection -> {
            throw new AssertionError("connection opened for a bad host");
        })) {
            assertThrows(IOException.class, () -> new HttpProxyDialer(proxy.address(), null)
                    .connect(new Endpoint(host, 80), LONG).close());
        }
    }

    @Test
    void sendsNamesOfOtherScriptsAsAscii() throws IOException {
        try (FakeProxy proxy = new FakeProxy(connection -> {
            assertTrue(connection.head().startsWith("CONNECT xn--bcher-kva.invalid:1 HTTP/1.1\r\n"));
            connection.text("HTTP/1.1 200 OK\r\n\r\n");
            connection.echo();
        }); Socket socket = new HttpProxyDialer(proxy.address(), null)
                .connect(new Endpoint("bücher.invalid", 1), LONG)) {
            assertEchoes(socket, "x");
        }
    }

    @Test
    void carriesNoDatagramsAndWarnsOnce() {
        try (RecordedLog log = new RecordedLog(HttpProxyDialer.class.getName())) {
            HttpProxyDialer dialer = new HttpProxyDialer(new Endpoint("127.0.0.1", 1), null);
            for (int i = 0; i < 3; i++) {
                assertEquals("no UDP through an HTTP proxy",
                        assertThrows(IOException.class, () -> dialer.openDatagramPath(LONG)).getMessage());
            }
            assertEquals(1, log.messages().size());
            assertEquals(1, log.messages(Level.WARNING).size());
        }
    }
}
