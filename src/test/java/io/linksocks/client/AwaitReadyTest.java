package io.linksocks.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AwaitReadyTest {
    private static int closedPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static LinkSocksClientBuilder client(int port) {
        return LinkSocksClient.builder().url("ws://127.0.0.1:" + port).token("token").socks(false).environmentProxy(false);
    }

    @Test
    void aTimeoutSaysWhatWasWrong() throws Exception {
        int port = closedPort();
        try (LinkSocksClient client = client(port).build()) {
            client.start();
            String message;
            do {
                message = assertThrows(TimeoutException.class, () -> client.awaitReady(Duration.ofMillis(100))).getMessage();
            } while (message.endsWith("the server has not answered yet"));
            assertTrue(message.startsWith("not ready within 100 ms: can't connect to ws://127.0.0.1:" + port), message);
        }
    }

    /** A program that uses the library has no command line. */
    @Test
    void theEndOfAClientNamesNoFlag() throws Exception {
        try (LinkSocksClient client = client(closedPort()).reconnect(false).build()) {
            client.start();
            LinkSocksException e = assertThrows(LinkSocksException.class, () -> client.awaitReady(Duration.ofSeconds(30)));
            assertEquals(LinkSocksException.Kind.DISCONNECTED, e.kind());
            assertFalse(e.getMessage().contains("(-"), e.getMessage());
        }
    }
}
