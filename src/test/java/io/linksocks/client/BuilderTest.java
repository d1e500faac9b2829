package io.linksocks.client;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.server.ClusterSettings;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.LinkSocksServerBuilder;
import io.linksocks.server.ReverseTokenOptions;
import io.linksocks.server.TokenSettings;
import io.linksocks.wire.WireSettings;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What the builders of the library refuse, and what they say. */
class BuilderTest {
    @Test
    void valuesThatCannotBeAreRefusedByName() {
        LinkSocksClientBuilder client = LinkSocksClient.builder();
        LinkSocksServerBuilder server = LinkSocksServer.builder();
        Map<String, List<Executable>> wrong = Map.of(
                "socksPort must be 0 to 65535, not 65536", List.of(() -> client.socksPort(65_536)),
                "port must be 0 to 65535, not -1", List.of(() -> server.port(-1)),
                "threads must be 1 to 64, not 0", List.of(() -> client.threads(0)),
                "threads must be 1 to 64, not 65", List.of(() -> client.threads(65)),
                "maxConnections must be at least 1, not 0",
                List.of(() -> client.maxConnections(0), () -> server.maxConnections(0)),
                "maxClients must be at least 1, not -1", List.of(() -> server.maxClients(-1)),
                "maxChannels must be at least 1, not 0", List.of(() -> server.maxChannels(0)),
                "reconnectDelay must be 0 ms to 365 d, not -1 s",
                List.of(() -> client.reconnectDelay(Duration.ofSeconds(-1))),
                "connectorWaitProvider must be 0 ms to 365 d, not 106751991167300 d 15 h",
                List.of(() -> server.connectorWaitProvider(Duration.ofSeconds(Long.MAX_VALUE))));
        wrong.forEach((message, calls) -> calls.forEach(call ->
                assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage())));
        for (String control : List.of("a\nb", "\u0000", "a\u007f", "\u0085")) {
            assertThrows(IllegalArgumentException.class, () -> client.connectorToken(control));
            assertThrows(IllegalArgumentException.class, () -> client.token(control));
            LinkSocksServer idle = LinkSocksServer.builder().build();
            assertThrows(IllegalArgumentException.class, () -> idle.addForwardToken(control));
            assertThrows(IllegalArgumentException.class,
                    () -> idle.addReverseToken(ReverseTokenOptions.builder().token(control).build()));
        }
        assertThrows(IllegalArgumentException.class, () -> client.token("x".repeat(256)));
        assertThrows(IllegalStateException.class, LinkSocksClient.builder().socks(false).forward("0:a:80")::build);
        assertEquals("token", assertThrows(NullPointerException.class, () -> client.token(null)).getMessage());
        assertEquals("host", assertThrows(NullPointerException.class, () -> server.host(null)).getMessage());
    }

    @Test
    void sizesAndTimesOfTheWireAreCheckedWhenTheyAreSet() {
        WireSettings.Builder wire = WireSettings.builder();
        Map<String, Executable> wrong = Map.of(
                "resumeTimeout must be 0 ms to 365 d, not -1 s", () -> wire.resumeTimeout(Duration.ofSeconds(-1)),
                "halfClosedTimeout must be 1 ms to 365 d, not 0 ms", () -> wire.halfClosedTimeout(Duration.ZERO),
                "bufferSize must be 1 to 16777216, not 0", () -> wire.bufferSize(0),
                "compressionThreshold must be 0 to 16777216, not -1", () -> wire.compressionThreshold(-1),
                "batchingTimeLimits: min must be 0 ms to 1 s, not 2 s",
                () -> wire.batchingTimeLimits(Duration.ofSeconds(2), Duration.ofSeconds(1)),
                "batchingTimeLimits: max must be 0 ms to 10 s, not 11 s",
                () -> wire.batchingTimeLimits(Duration.ZERO, Duration.ofSeconds(11)));
        wrong.forEach((message, call) ->
                assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage()));
        assertEquals(WireSettings.DEFAULT, wire.build());
    }

    /** Also those that somebody adds later. */
    @Test
    void everySetterChecksItsNumberOrTimeAndNamesItself() {
        List<Object> builders = List.of(LinkSocksClient.builder(), LinkSocksServer.builder(), WireSettings.builder(),
                TokenSettings.builder(), ReverseTokenOptions.builder());
        Map<Class<?>, Object> wrong = Map.of(int.class, -1, long.class, -1L, Duration.class, Duration.ofSeconds(-1));
        int checked = 0;
        for (Object builder : builders) {
            for (Method setter : builder.getClass().getMethods()) {
                Object value = setter.getParameterCount() == 1 ? wrong.get(setter.getParameterTypes()[0]) : null;
                if (value == null || !setter.getReturnType().isInstance(builder)) {
                    continue;
                }
                Throwable refusal = assertThrows(InvocationTargetException.class, () -> setter.invoke(builder, value),
                        setter.toString()).getCause();
                assertInstanceOf(IllegalArgumentException.class, refusal, setter.toString());
                String said = value instanceof Duration ? "-1 s" : "-1";
                assertTrue(refusal.getMessage().matches(setter.getName() + " must be .*, not " + said), refusal.getMessage());
                checked++;
            }
        }
        assertTrue(checked >= 17, "setters found: " + checked);
    }

    @Test
    void settingsOfTokensAreCheckedWhenTheyAreSet() {
        TokenSettings.Builder token = TokenSettings.builder();
        Map<String, Executable> wrong = Map.of(
                "name must be at most 64 characters, not 65", () -> token.name("x".repeat(65)),
                "name must not have control characters", () -> token.name("a\nb"),
                "certificate must be at most 255 characters, not 256", () -> token.certificate("x".repeat(256)),
                "bytes must be at least 1, not 0", () -> new TokenSettings.Quota(0, TokenSettings.Quota.Period.DAY));
        wrong.forEach((message, call) ->
                assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage()));
        assertEquals(TokenSettings.DEFAULT, token.build());
    }

    @Test
    void settingsOfTheWireSurviveTheirBuilder() {
        WireSettings settings = new WireSettings(false, Duration.ofSeconds(5), false, false, Duration.ofSeconds(7), false, 3, 4,
                false, Duration.ofMillis(1), Duration.ofMillis(2));
        assertEquals(settings, settings.toBuilder().build());
    }

    @Test
    void publicRecordsWithMoreThanFourMembersHaveBuilders() throws IOException {
        List<String> without = new ArrayList<>();
        for (String exported : List.of("access", "client", "server", "wire")) {
            try (Stream<Path> files = Files.list(Path.of("src/main/java/io/linksocks", exported))) {
                for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    Class<?> type = assertDoesNotThrow(() -> Class.forName(
                            "io.linksocks." + exported + "." + file.getFileName().toString().replace(".java", "")));
                    boolean large = type.isRecord() && type.getRecordComponents().length > 4;
                    if (large && Modifier.isPublic(type.getModifiers())
                            && Arrays.stream(type.getMethods()).noneMatch(method -> method.getName().equals("builder"))) {
                        without.add(type.getName());
                    }
                }
            }
        }
        assertEquals(List.of(), without);
    }

    @Test
    void aServerOfAClusterNeedsItsUrl() {
        ClusterSettings.Builder cluster = ClusterSettings.builder("etcd://127.0.0.1:2379/home", Path.of("cluster.key"));
        assertEquals("a server of a cluster needs nodeUrl(...), at which the others reach it",
                assertThrows(IllegalStateException.class, cluster::build).getMessage());
        assertThrows(IllegalArgumentException.class, () -> cluster.nodeUrl(URI.create("http://127.0.0.1:8765")));
        assertDoesNotThrow(cluster.nodeUrl(URI.create("ws://127.0.0.1:8765"))::build);
    }

    @Test
    void aServerThatWasNotStartedHasNoPort() {
        try (LinkSocksServer server = LinkSocksServer.builder().build()) {
            assertThrows(IllegalStateException.class, server::port);
        }
    }
}
