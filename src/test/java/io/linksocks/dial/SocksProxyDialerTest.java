package io.linksocks.dial;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.socks.SocksCredentials;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class SocksProxyDialerTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Endpoint TARGET = new Endpoint("a.invalid", 443);
    private static final SocksCredentials CREDENTIALS = new SocksCredentials("alice", "hunter2");

    private static final String GREETING = "05 01 00";
    private static final String CONNECT = "05 01 00 03 09 612e696e76616c6964 01bb";
    private static final String SUCCESS = "05 00 00 01 00000000 0000";

    private static void assertEchoes(Socket socket) throws IOException {
        byte[] bytes = {1, 2, 3};
        socket.getOutputStream().write(bytes);
        assertArrayEquals(bytes, socket.getInputStream().readNBytes(3));
    }

    @Test
    void asksForTheTargetByName() throws IOException {
        try (FakeProxy proxy = new FakeProxy(connection -> {
            connection.expect(GREETING);
            connection.send("05 00");
            connection.expect(CONNECT);
            connection.send(SUCCESS);
            connection.echo();
        }); Socket socket = new SocksProxyDialer(proxy.address(), null).connect(TARGET, LONG)) {
            assertEquals(0, socket.getSoTimeout());
            assertTrue(socket.getTcpNoDelay());
            assertEchoes(socket);
        }
    }

    @Test
    void logsIn() throws IOException {
        try (FakeProxy proxy = new FakeProxy(connection -> {
            connection.expect("05 02 00 02");
            connection.send("05 02");
            connection.expect("01 05 616c696365 07 68756e74657232");
            connection.send("01 00");
            connection.expect("05 01 00 04 20010db8000000000000000000000001 0050");
            connection.send("05 00 00 04 20010db8000000000000000000000002 1234");
            connection.echo();
        }); Socket socket = new SocksProxyDialer(proxy.address(), CREDENTIALS)
                .connect(new Endpoint("2001:db8::1", 80), LONG)) {
            assertEchoes(socket);
        }
    }

    @Test
    void leavesWhatFollowsTheReplyToTheStream() throws IOException {
        try (FakeProxy proxy = new FakeProxy(connection -> {
            connection.expect(GREETING);
            connection.send("05 00");
            connection.expect(CONNECT);
            connection.send("05 00 00 03 01 61 0000 cafe");
            connection.awaitEnd();
        }); Socket socket = new SocksProxyDialer(proxy.address(), null).connect(TARGET, LONG)) {
            assertEquals("cafe", HexFormat.of().formatHex(socket.getInputStream().readNBytes(2)));
        }
    }

    @Test
    void takesRepliesThatComeByteByByte() throws IOException {
        try (FakeProxy proxy = new FakeProxy(connection -> {
            connection.expect(GREETING);
            connection.drip("\5\0");
            connection.expect(CONNECT);
            connection.drip("\5\0\0\1\0\0\0\0\0\0");
            connection.echo();
        }); Socket socket = new SocksProxyDialer(proxy.address(), null).connect(TARGET, LONG)) {
            assertEchoes(socket);
        }
    }

    private static String failure(FakeProxy.Script script, Duration timeout) throws IOException {
        try (FakeProxy proxy = new FakeProxy(script)) {
            SocksProxyDialer dialer = new SocksProxyDialer(proxy.address(), CREDENTIALS);
            String message = assertThrows(IOException.class, () -> dialer.connect(TARGET, timeout).close()).getMessage();
            String start = "a.invalid:443 through proxy " + proxy.address() + ": ";
            assertTrue(message.startsWith(start), message);
            assertFalse(message.contains("alice") || message.contains("hunter2"), message);
            return message.substring(start.length());
        }
    }

    @Test
    void tellsWhyTheProxyRefused() throws IOException {
        assertEquals("proxy answered: connection refused (5)", failure(connection -> {
            connection.expect("05 02 00 02");
            connection.send("05 00");
            connection.expect(CONNECT);
            connection.send("05 05 00 01 00000000 0000");
        }, LONG));
        assertEquals("proxy refused user name and password", failure(connection -> {
            connection.expect("05 02 00 02");
            connection.send("05 02");
            connection.expect("01 05 616c696365 07 68756e74657232");
            connection.send("01 01");
        }, LONG));
        assertEquals("proxy accepts none of our authentication methods",
                failure(connection -> connection.send("05 ff"), LONG));
    }

    @Test
    void refusesGarbage() throws IOException {
        assertEquals("proxy answers with version 72, not SOCKS5",
                failure(connection -> connection.text("HTTP/1.1 400 Bad Request\r\n\r\n"), LONG));
        assertTrue(failure(connection -> {
            connection.expect("05 02 00 02");
            connection.send("05");
        }, LONG).endsWith("1 bytes too early"));
    }

    @Test
    void doesNotWaitForeverForASilentProxy() throws IOException {
        try (FakeProxy proxy = new FakeProxy(FakeProxy.Connection::awaitEnd)) {
            SocksProxyDialer dialer = new SocksProxyDialer(proxy.address(), null);
            assertThrows(SocketTimeoutException.class, () -> dialer.connect(TARGET, SHORT).close());
            assertThrows(SocketTimeoutException.class, () -> dialer.openDatagramPath(SHORT).close());
        }
    }

    @Test
    void refusesANameThatSocksCantCarry() throws IOException {
        try (FakeProxy proxy = new FakeProxy(connection -> {
            connection.expect(GREETING);
            connection.send("05 00");
            connection.awaitEnd();
        })) {
            assertThrows(IOException.class, () -> new SocksProxyDialer(proxy.address(), null)
                    .connect(new Endpoint("a".repeat(256), 1), LONG).close());
        }
    }
}
