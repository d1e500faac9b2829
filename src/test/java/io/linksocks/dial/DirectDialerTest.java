package io.linksocks.dial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(240)
class DirectDialerTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(100);

    private final DirectDialer dialer = new DirectDialer();

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static List<InetAddress> addresses(String... literals) {
        return Arrays.stream(literals).map(DirectDialerTest::address).toList();
    }

    private static long deadline(Duration time) {
        return System.nanoTime() + time.toNanos();
    }

    private static ServerSocket listener(String host) throws IOException {
        return new ServerSocket(0, 50, address(host));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost"})
    void connectsWithoutDelayAndWithKeepalive(String host) throws IOException {
        try (ServerSocket target = listener("127.0.0.1");
                Socket socket = dialer.connect(new Endpoint(host, target.getLocalPort()), LONG)) {
            assertTrue(socket.getTcpNoDelay());
            assertTrue(socket.getOption(StandardSocketOptions.SO_KEEPALIVE));
            assertEquals(0, socket.getSoTimeout());
            assertEquals(target.getLocalPort(), socket.getPort());
        }
    }

    @Test
    void goesOnToTheNextAddressWhenOneRefuses() throws IOException {
        try (ServerSocket target = listener("127.0.0.1");
                Socket socket = DirectDialer.connect(
                        addresses("::1", "127.0.0.2", "127.0.0.1"), target.getLocalPort(), deadline(LONG))) {
            assertEquals(address("127.0.0.1"), socket.getInetAddress());
        }
    }

    @Test
    void prefersTheFirstAddressThatAnswers() throws IOException {
        try (ServerSocket target = new ServerSocket(0, 50, address("0.0.0.0"));
                Socket socket = DirectDialer.connect(
                        addresses("127.0.0.2", "127.0.0.1"), target.getLocalPort(), deadline(LONG))) {
            assertEquals(address("127.0.0.2"), socket.getInetAddress());
        }
    }

    @Test
    void tellsThatAllRefused() {
        int port = 1;
        assertThrows(IOException.class,
                () -> DirectDialer.connect(addresses("127.0.0.2", "127.0.0.1"), port, deadline(LONG)).close());
        String message = assertThrows(IOException.class,
                () -> dialer.connect(new Endpoint("127.0.0.1", port), LONG).close()).getMessage();
        assertTrue(message.startsWith("127.0.0.1:" + port + ": "), message);
    }

    @Test
    void tellsThatTheNameIsUnknown() {
        assertEquals("unknown host nowhere.invalid", assertThrows(UnknownHostException.class,
                () -> dialer.connect(new Endpoint("nowhere.invalid", 1), LONG).close()).getMessage());
    }

    /** A port whose queue of connections is full, so that the system lets further attempts wait. */
    private static final class SilentPort implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket(0, 1, address("127.0.0.2"));
        private final List<Socket> waiting = new ArrayList<>();

        SilentPort() throws IOException {
            boolean silent = false;
            while (!silent && waiting.size() < 20) {
                Socket next = new Socket();
                waiting.add(next);
                try {
                    next.connect(listener.getLocalSocketAddress(), 200);
                } catch (SocketTimeoutException e) {
                    silent = true;
                }
            }
            if (!silent) {
                close();
            }
            assumeTrue(silent, "this system answers for a listener with a full queue");
        }

        Endpoint endpoint() {
            return Endpoint.of((InetSocketAddress) listener.getLocalSocketAddress());
        }

        @Override
        public void close() throws IOException {
            listener.close();
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    @Test
    void doesNotWaitForASilentAddressWhenAnotherAnswers() throws IOException {
        try (SilentPort silent = new SilentPort();
                ServerSocket target = new ServerSocket(silent.endpoint().port(), 50, address("127.0.0.1"));
                Socket socket = DirectDialer.connect(
                        addresses("127.0.0.2", "127.0.0.1"), target.getLocalPort(), deadline(LONG))) {
            assertEquals(address("127.0.0.1"), socket.getInetAddress());
        }
    }

    @Test
    void givesUpWhenTheTimeIsOver() throws IOException {
        try (SilentPort silent = new SilentPort()) {
            assertThrows(SocketTimeoutException.class, () -> dialer.connect(silent.endpoint(), SHORT).close());
            InetAddress address = address("127.0.0.2");
            assertThrows(SocketTimeoutException.class, () -> DirectDialer.connect(
                    List.of(address, address), silent.endpoint().port(), deadline(SHORT)).close());
        }
    }
}
