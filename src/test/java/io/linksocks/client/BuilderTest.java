package io.linksocks.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.LinkSocksServerBuilder;
import io.linksocks.server.ReverseTokenOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What the builders of the library refuse, and what they say. */
class BuilderTest {
    @Test
    void valuesThatCannotBeAreRefusedByName() {
        LinkSocksClientBuilder client = LinkSocksClient.builder();
        LinkSocksServerBuilder server = LinkSocksServer.builder();
        Map<String, List<Executable>> wrong = Map.of(
                "port 65536 is not between 0 and 65535", List.of(() -> client.socksPort(65_536), () -> server.port(65_536)),
                "threads must be at least 1, not 0", List.of(() -> client.threads(0)),
                "maxConnections must be at least 1, not 0",
                List.of(() -> client.maxConnections(0), () -> server.maxConnections(0)),
                "maxClients must be at least 1, not -1", List.of(() -> server.maxClients(-1)),
                "maxChannels must be at least 1, not 0", List.of(() -> server.maxChannels(0)),
                "resumeTimeout must not be negative, as PT-1S is",
                List.of(() -> client.resumeTimeout(Duration.ofSeconds(-1)), () -> server.resumeTimeout(Duration.ofSeconds(-1))),
                "buffer size 0 is not between 1 byte and 16 MiB",
                List.of(() -> client.bufferSize(0), () -> server.bufferSize(0)),
                "compression threshold -1 is not between 1 byte and 16 MiB, nor 0 for off",
                List.of(() -> client.compressionThreshold(-1), () -> server.compressionThreshold(-1)),
                "batching time limits PT2S and PT1S are not in order between 0 and 10 seconds",
                List.of(() -> client.batchingTimeLimits(Duration.ofSeconds(2), Duration.ofSeconds(1)),
                        () -> server.batchingTimeLimits(Duration.ofSeconds(2), Duration.ofSeconds(1))),
                "reconnectDelay must not be negative, as PT-1S is",
                List.of(() -> client.reconnectDelay(Duration.ofSeconds(-1))));
        wrong.forEach((message, calls) -> calls.forEach(call ->
                assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage())));
        for (String control : List.of("a\nb", "\u0000", "a\u007f", "\u0085")) {
            assertThrows(IllegalArgumentException.class, () -> client.connectorToken(control));
            LinkSocksServer idle = LinkSocksServer.builder().build();
            assertThrows(IllegalArgumentException.class, () -> idle.addForwardToken(control));
            assertThrows(IllegalArgumentException.class,
                    () -> idle.addReverseToken(ReverseTokenOptions.DEFAULT.withToken(control)));
        }
        assertThrows(IllegalStateException.class, LinkSocksClient.builder().socks(false).forward("0:a:80")::build);
        assertEquals("token", assertThrows(NullPointerException.class, () -> client.token(null)).getMessage());
        assertEquals("host", assertThrows(NullPointerException.class, () -> server.host(null)).getMessage());
    }

    @Test
    void aServerThatWasNotStartedHasNoPort() {
        try (LinkSocksServer server = LinkSocksServer.builder().build()) {
            assertThrows(IllegalStateException.class, server::port);
        }
    }
}
