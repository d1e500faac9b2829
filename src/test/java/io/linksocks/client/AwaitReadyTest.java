package io.linksocks.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.ReverseTokenOptions;
import io.linksocks.tls.TestAuthority;
import io.linksocks.util.QuietPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class AwaitReadyTest {

    private static LinkSocksClientBuilder client(int port) {
        return LinkSocksClient.builder().url("ws://127.0.0.1:" + port).token("token").socks(false).environmentProxy(false);
    }

    @Test
    void aTimeoutSaysWhatWasWrong() throws Exception {
        int port = QuietPort.next();
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
        try (LinkSocksClient client = client(QuietPort.next()).reconnect(false).build()) {
            client.start();
            LinkSocksException e = assertThrows(LinkSocksException.class, () -> client.awaitReady(Duration.ofSeconds(30)));
            assertEquals(LinkSocksException.Kind.DISCONNECTED, e.kind());
            assertFalse(e.getMessage().contains("(-"), e.getMessage());
        }
    }

    private static LinkSocksException end(LinkSocksClientBuilder options) throws Exception {
        try (LinkSocksClient client = options.build()) {
            client.start();
            return assertThrows(LinkSocksException.class, () -> client.awaitReady(Duration.ofSeconds(30)));
        }
    }

    @Test
    void aTokenThatIsRefusedIsNamedWithItsRole() throws Exception {
        try (LinkSocksServer server = LinkSocksServer.builder().host("127.0.0.1").port(0).build()) {
            server.addForwardToken("forward");
            server.addReverseToken(ReverseTokenOptions.builder().token("reverse").build());
            server.start();
            Map<String, LinkSocksClientBuilder> wrong = Map.of(
                    "refused the token (", client(server.port()).token("wrong"),
                    "it is a provider's", client(server.port()).token("reverse"),
                    "it is not a provider's", client(server.port()).token("forward").provider());
            for (Map.Entry<String, LinkSocksClientBuilder> each : wrong.entrySet()) {
                LinkSocksException e = end(each.getValue());
                assertEquals(LinkSocksException.Kind.INVALID_TOKEN, e.kind());
                assertTrue(e.getMessage().contains(each.getKey()), e.getMessage());
            }
        }
    }

    @Test
    void aServerThatIsNotTrustedIsNamedAsThat(@TempDir Path folder) throws Exception {
        TestAuthority.Issued issued = new TestAuthority(folder, "authority").issue("server", "localhost");
        try (LinkSocksServer server = LinkSocksServer.builder().host("127.0.0.1").port(0)
                .tls(issued.certificate(), issued.key()).build()) {
            server.start();
            LinkSocksException e = end(LinkSocksClient.builder().url("wss://localhost:" + server.port()).token("token")
                    .socks(false)
                    .environmentProxy(false).reconnect(false));
            assertEquals(LinkSocksException.Kind.DISCONNECTED, e.kind());
            assertTrue(e.getMessage().contains("the server's certificate comes from nobody that is trusted"), e.getMessage());
        }
    }

    @Test
    void aClientThatIsClosedIsNotReady() throws Exception {
        LinkSocksClient client = client(QuietPort.next()).build();
        assertEquals("not ready within 1 ms: the client has not been started",
                assertThrows(TimeoutException.class, () -> client.awaitReady(Duration.ofMillis(1))).getMessage());
        client.start();
        FutureTask<?> waiting = new FutureTask<>(() -> {
            client.awaitReady(Duration.ofSeconds(30));
            return null;
        });
        Thread thread = Thread.ofPlatform().start(waiting);
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        client.close();
        Throwable end = assertThrows(ExecutionException.class, waiting::get).getCause();
        assertInstanceOf(LinkSocksException.class, end);
        assertEquals("the client is closed", end.getMessage());
    }
}
