package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.json.Json;
import io.linksocks.json.JsonException;
import io.linksocks.server.ReverseTokenOptions;
import io.linksocks.server.TokenSettings;
import io.linksocks.util.Version;
import java.io.IOException;
import java.net.Socket;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the HTTP API tells of a running server. */
@Timeout(240)
class MonitorIT extends HttpApiHarness {
    private static final int BYTES = 1000;

    private Map<?, ?> get(String path) {
        try {
            HttpResponse<String> answer = call("GET", path, null);
            assertEquals(200, answer.statusCode(), answer.body());
            return (Map<?, ?>) Json.parse(answer.body());
        } catch (JsonException e) {
            throw new AssertionError(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private List<?> clients() {
        return (List<?>) get("/api/clients").get("clients");
    }

    /** A client knows that it is admitted before the server lists it. */
    private void awaitClients(int count) {
        Await.until("clients", () -> clients().size() == count);
    }

    private Map<?, ?> totals() {
        return (Map<?, ?>) get("/api/status").get("totals");
    }

    private static long number(Map<?, ?> members, String name) {
        return (Long) members.get(name);
    }

    private static void echoOnce(Socket socket) throws IOException {
        socket.getOutputStream().write(new byte[BYTES]);
        assertEquals(BYTES, socket.getInputStream().readNBytes(BYTES).length);
    }

    @Test
    void nobodyIsThereAtFirst() {
        assertEquals(Map.of("total", 0L, "clients", List.of()), get("/api/clients"));
        assertEquals(Map.of("total", 0L, "channels", List.of()), get("/api/channels"));
        Map<?, ?> totals = totals();
        for (String count : List.of("clients", "channels", "channels_opened", "bytes_in", "bytes_out", "messages_in",
                "messages_out", "resumes", "retransmitted_bytes", "stalls", "dropped_datagrams", "auth_failures",
                "queued_bytes", "replay_bytes")) {
            assertEquals(0, number(totals, count), count);
        }
        assertEquals(Map.of("refused", 0L, "timeout", 0L, "unreachable", 0L, "name", 0L, "rule", 0L, "local", 0L,
                "other", 0L),
                totals.get("dial_errors"));
    }

    @Test
    void aClientAndItsChannelAreShownWithWhatTheyCarry() throws Exception {
        network.server.addForwardToken("a token of some length");
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Socket socket = new SocksTestClient(network.start(network.builder("a token of some length").build())
                        .socksAddress()).connect("127.0.0.1", echo.port())) {
            echoOnce(socket);
            Await.until("round trip and counts", () -> {
                Map<?, ?> client = (Map<?, ?>) clients().getFirst();
                Map<?, ?> channel = (Map<?, ?>) ((List<?>) get("/api/channels").get("channels")).getFirst();
                return client.get("round_trip_ms") != null && number(client, "bytes_out") > BYTES
                        && number(channel, "bytes_in") == BYTES && number(channel, "bytes_out") == BYTES;
            });
            Map<?, ?> client = (Map<?, ?>) clients().getFirst();
            assertEquals(1, number(client, "id"));
            assertEquals("client", client.get("role"));
            assertEquals("a to…", client.get("token"));
            assertEquals("linksocks-java/" + Version.current().replace(' ', '-'), client.get("version"));
            assertEquals(List.of("resume", "flow", "fin", "fair", "leave"), client.get("extensions"));
            assertEquals(true, client.get("attached"));
            assertTrue(((String) client.get("address")).startsWith("127.0.0.1:"), client.toString());
            assertEquals(0, number(client, "resumes"));
            assertEquals(1, number(client, "channels"));
            assertTrue((Double) client.get("round_trip_ms") > 0);

            Map<?, ?> list = get("/api/channels");
            assertEquals(1, number(list, "total"));
            Map<?, ?> channel = (Map<?, ?>) ((List<?>) list.get("channels")).getFirst();
            assertEquals(1, number(channel, "client"));
            assertEquals("tcp", channel.get("protocol"));
            assertEquals("127.0.0.1:" + echo.port(), channel.get("target"));
            assertEquals(BYTES, number(channel, "bytes_in"));
            assertEquals(BYTES, number(channel, "bytes_out"));
            UUID.fromString((String) channel.get("id"));

            Map<?, ?> totals = totals();
            assertEquals(1, number(totals, "clients"));
            assertEquals(1, number(totals, "channels_opened"));
            for (String direction : List.of("in", "out")) {
                assertTrue(number(client, "bytes_" + direction) > BYTES, client.toString());
                assertTrue(number(totals, "bytes_" + direction) >= number(client, "bytes_" + direction));
                assertTrue(number(client, "messages_" + direction) >= 2, client.toString());
            }
        }
        Await.until("end of the channel", () -> number(totals(), "channels") == 0);
    }

    @ParameterizedTest
    @CsvSource({"User-Agent, Mozilla/5.0, 11", "user-agent, '', 0", "User-Agent, long, 100"})
    void aProgramIsCalledWhatItsUserWants(String header, String value, int length) throws Exception {
        network.server.addForwardToken("f");
        String name = value.equals("long") ? "x".repeat(200) : value;
        network.start(network.builder("f").header(header, name).build());
        awaitClients(1);
        assertEquals(name.substring(0, length), ((Map<?, ?>) clients().getFirst()).get("version"));
    }

    @Test
    void everyRoleIsNamedAndBothChannelsOfARouteAreShown() throws Exception {
        network.close();
        network = Network.of(Network.Mode.AGENT);
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Socket socket = network.socks().connect("127.0.0.1", echo.port())) {
            echoOnce(socket);
            assertEquals(List.of("provider", "connector"),
                    clients().stream().map(client -> (Object) ((Map<?, ?>) client).get("role")).toList());
            assertEquals(2, number(get("/api/channels?limit=0"), "total"));
            List<?> ends = (List<?>) get("/api/channels").get("channels");
            Object spliced = ends.stream().map(end -> ((Map<?, ?>) end).get("connector_channel"))
                    .filter(Objects::nonNull).findFirst().orElseThrow();
            assertTrue(ends.stream().anyMatch(end -> ((Map<?, ?>) end).get("id").equals(spliced)
                    && !((Map<?, ?>) end).containsKey("connector_channel")), ends.toString());
            assertEquals(2, number(get("/api/clients?limit=0"), "total"));
            assertEquals(1, ((List<?>) get("/api/clients?limit=1").get("clients")).size());
            List<?> one = (List<?>) get("/api/channels?limit=1").get("channels");
            assertEquals(1, one.size());
        }
        String both = get("/api/clients") + " " + get("/api/channels");
        assertFalse(both.contains(Network.PROVIDER_TOKEN) || both.contains(Network.CONNECTOR_TOKEN), both);
    }

    @Test
    void clientsAndChannelsAreSearchedBeforeTheyAreLimited() throws Exception {
        network.server.addForwardToken("first token of this test");
        network.server.addForwardToken("other token of this test");
        network.start(network.builder("first token of this test").build());
        LinkSocksClient other =
                network.start(network.builder("other token of this test").header("User-Agent", "Other/1").build());
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Socket socket = new SocksTestClient(other.socksAddress()).connect("localhost", echo.port())) {
            echoOnce(socket);
            awaitClients(2);
            for (String search : List.of("OTHE", "other/1")) {
                Map<?, ?> found = get("/api/clients?limit=1&search=" + search);
                assertEquals(1, number(found, "total"), search);
                assertEquals("Other/1", ((Map<?, ?>) ((List<?>) found.get("clients")).getFirst()).get("version"));
            }
            assertEquals(2, number(get("/api/clients?search=client"), "total"));
            assertEquals(0, number(get("/api/clients?search=first%20token"), "total"), "no search for the token itself");
            Map<?, ?> found = get("/api/channels?search=LOCALHOST%3A" + echo.port());
            assertEquals(1, number(found, "total"));
            Map<?, ?> channel = (Map<?, ?>) ((List<?>) found.get("channels")).getFirst();
            assertEquals(1, number(get("/api/channels?search=" + channel.get("address")), "total"));
            assertEquals(0, number(get("/api/channels?search=udp"), "total"));
        }
    }

    @Test
    void tokensAreSearchedBeforeTheyAreLimited() throws Exception {
        network.server.addForwardToken("b token of this test");
        network.server.addForwardToken("A token of this test");
        String reverse = network.server.addReverseToken(ReverseTokenOptions.DEFAULT).token();
        network.server.changeToken(reverse, TokenSettings.builder().name("Attic").build());
        network.server.addConnectorToken("c token of this test", reverse);
        Map<?, ?> all = get("/api/tokens?limit=3");
        assertEquals(4, number(all, "total"));
        assertEquals(List.of("A token of this test", reverse, "c token of this test"),
                ((List<?>) all.get("tokens")).stream().map(token -> ((Map<?, ?>) token).get("token")).toList());
        for (String search : List.of("ATTIC", "reverse")) {
            assertEquals(1, number(get("/api/tokens?search=" + search), "total"), search);
        }
        assertEquals(3, number(get("/api/tokens?search=of%20this%20test"), "total"));
        assertEquals(4, number((Map<?, ?>) get("/api/status").get("totals"), "tokens"));
    }

    @Test
    void anAssociationHasNoTargetOfItsOwn() throws Exception {
        network.server.addForwardToken("f");
        try (SocksTestClient.Association association = new SocksTestClient(
                network.start(network.builder("f").build()).socksAddress()).associate()) {
            Map<?, ?> channel = (Map<?, ?>) ((List<?>) get("/api/channels").get("channels")).getFirst();
            assertTrue(association.control().isConnected());
            assertEquals("udp", channel.get("protocol"));
            assertTrue(channel.containsKey("target"));
            assertNull(channel.get("target"));
        }
    }

    @Test
    void dialErrorsAreCountedByKind() throws Exception {
        network.server.addForwardToken("f");
        SocksTestClient socks = new SocksTestClient(network.start(network.builder("f").build()).socksAddress());
        assertThrows(IOException.class, () -> socks.connect("127.0.0.1", 1).close());
        assertThrows(IOException.class, () -> socks.connect("nowhere.invalid", 1).close());
        call("PUT", "/api/config/access", "{\"dial\":[{\"addrs\":[\"10.0.0.0/8\"]}]}");
        assertThrows(IOException.class, () -> socks.connect("127.0.0.1", 1).close());
        Map<?, ?> expected = Map.of("refused", 1L, "timeout", 0L, "unreachable", 0L, "name", 1L, "rule", 1L, "local", 0L,
                "other", 0L);
        Await.until("all are counted", () -> totals().get("dial_errors").equals(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "10001", "x", "", "99999999999", "٣"})
    void aLimitThatIsNoneIsRefused(String limit) throws Exception {
        for (String path : List.of("/api/clients", "/api/channels")) {
            assertAnswer(400, "{\"success\":false,\"error\":\"limit must be a number from 0 to 10000\"}",
                    call("GET", path + "?limit=" + URLEncoder.encode(limit, StandardCharsets.UTF_8), null));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/clients", "/api/channels"})
    void theKeyIsAskedFor(String path) throws Exception {
        assertAnswer(401, "{\"success\":false,\"error\":\"invalid API key\"}", call("GET", path, null, null));
    }
}
