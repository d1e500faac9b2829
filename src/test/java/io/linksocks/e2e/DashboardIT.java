package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.json.Json;
import io.linksocks.server.LinkSocksServer;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page at {@code /dashboard} and the stream that feeds it; make browser tries both in a browser. */
@Timeout(240)
class DashboardIT extends HttpApiHarness {
    private static final int MAX_VIEWERS = 16;
    private static final Pattern LINK = Pattern.compile("(?:href|src)=\"([^\"]+)\"|(?:from|import) '\\./([^']+)'");

    // --- the page --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"/dashboard", "/dashboard/style.css", "/dashboard/app.js", "/dashboard/icon.svg"})
    void nothingForeignIsLoadedAndNobodyFramesIt(String path) throws Exception {
        HttpResponse<String> page = call("GET", path, null, null);
        assertEquals(200, page.statusCode());
        String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
        assertTrue(policy.startsWith("default-src 'none'; ") && policy.contains("frame-ancestors 'none'"), policy);
        assertFalse(policy.contains("unsafe") || policy.contains("http") || policy.contains("*"), policy);
        assertEquals("DENY", page.headers().firstValue("X-Frame-Options").orElseThrow());
        assertEquals("nosniff", page.headers().firstValue("X-Content-Type-Options").orElseThrow());
        assertEquals("no-referrer", page.headers().firstValue("Referrer-Policy").orElseThrow());
        assertFalse(page.body().contains("//cdn") || page.body().contains("innerHTML"));
    }

    @Test
    void everyFileThatIsNamedIsThere() throws Exception {
        List<String> paths = new ArrayList<>(List.of("dashboard"));
        for (int i = 0; i < paths.size(); i++) {
            HttpResponse<String> file = call("GET", "/" + paths.get(i), null, null);
            assertEquals(200, file.statusCode(), paths.get(i));
            Matcher links = LINK.matcher(file.body());
            while (links.find()) {
                String path = links.group(1) == null ? "dashboard/" + links.group(2) : links.group(1);
                if (!paths.contains(path)) {
                    paths.add(path);
                }
            }
        }
        assertEquals(18, paths.size(), paths.toString());
    }

    @Test
    void withoutAKeyThereIsNoDashboard() throws Exception {
        try (LinkSocksServer server = LinkSocksServer.builder().host("127.0.0.1").port(0).build()) {
            server.start();
            for (String path : List.of("/dashboard", "/dashboard/app.js", "/api/live")) {
                HttpResponse<Void> answer = http.send(HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.port() + path)).build(),
                        HttpResponse.BodyHandlers.discarding());
                assertEquals(404, answer.statusCode(), path);
            }
        }
    }

    // --- log-ins ---------------------------------------------------------------------------------------------------

    private HttpRequest.Builder with(String cookie, String half, String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + network.server.port() + path));
        if (cookie != null) {
            request.header("Cookie", cookie);
        }
        return half == null ? request : request.header("LinkSocks-Session", half);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aLoginReplacesTheKeyUntilLogOut() throws Exception {
        HttpResponse<String> entered = call("POST", "/api/session", "");
        assertEquals(200, entered.statusCode(), entered.body());
        assertEquals("no-store", entered.headers().firstValue("Cache-Control").orElseThrow());
        String half = (String) ((Map<?, ?>) Json.parse(entered.body())).get("session");
        String cookie = entered.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
        String token = "{\"type\":\"forward\",\"token\":\"by a log-in\"}";
        assertEquals(401, send(with(cookie, null, "/api/token").POST(BodyPublishers.ofString(token))).statusCode(),
                "all that a page of another site could send");
        assertEquals(401, send(with(null, half, "/api/token").POST(BodyPublishers.ofString(token))).statusCode());
        assertEquals(200, send(with(cookie, half, "/api/token").POST(BodyPublishers.ofString(token))).statusCode());
        assertEquals(401, send(with(cookie, half, "/api/session").POST(BodyPublishers.noBody())).statusCode(),
                "a log-in can't prolong itself");
        HttpResponse<InputStream> live = http.send(with(cookie, half, "/api/live").build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertEquals(200, live.statusCode());
        assertEquals("no", live.headers().firstValue("X-Accel-Buffering").orElseThrow());
        HttpResponse<String> left = send(with(cookie, half, "/api/session").DELETE());
        assertEquals(200, left.statusCode());
        assertTrue(left.headers().firstValue("Set-Cookie").orElseThrow().contains("=; Max-Age=0"));
        live.body().readAllBytes();
        assertEquals(401, send(with(cookie, half, "/api/status")).statusCode());
    }

    @Test
    void aLoginNeedsTheKeyAndWrongOnesAreGuesses() throws Exception {
        assertAnswer(401, "{\"success\":false,\"error\":\"invalid API key\"}", call("POST", "/api/session", "", null));
        int guesses = 0;
        int status;
        do {
            status = call("POST", "/api/session", "", "guess " + guesses++).statusCode();
        } while (status == 401);
        assertEquals(429, status);
        assertTrue(guesses > 10, "only ten are free, more when the pause after one was over before the next");
    }

    // --- the stream ------------------------------------------------------------------------------------------------

    @Test
    void beginsWithHistoryAndGoesOnEverySecond() throws Exception {
        try (LiveStream stream = live()) {
            assertEquals("text/event-stream", stream.response.headers().firstValue("Content-Type").orElseThrow());
            assertEquals("no-store", stream.response.headers().firstValue("Cache-Control").orElseThrow());
            assertEquals("no", stream.response.headers().firstValue("X-Accel-Buffering").orElseThrow());
            LiveStream.Event history = stream.next();
            assertEquals("history", history.name());
            assertEquals(history.number("second"), history.list("bytes_in").size());
            assertEquals(history.number("second"), history.list("bytes_out").size());
            assertEquals(Map.of(), history.data().get("round_trips"));
            LiveStream.Event first = stream.next();
            assertEquals("snapshot", first.name());
            assertTrue(first.number("second") - history.number("second") <= 1);
            assertTrue(stream.next("snapshot").number("second") > first.number("second"));
        }
    }

    @Test
    void tellsTokensWithWhatDependsOnThem() throws Exception {
        network.addReverseToken(false);
        network.server.addForwardToken("the forward token");
        network.server.addConnectorToken(Network.CONNECTOR_TOKEN, Network.PROVIDER_TOKEN);
        network.provider();
        try (LiveStream stream = live()) {
            List<?> tokens;
            do { // the provider knows that it is admitted before the server counts it
                tokens = stream.next("snapshot").list("tokens");
            } while (!((Map<?, ?>) tokens.get(0)).get("clients").equals(1L));
            assertEquals(Map.of("token", Network.PROVIDER_TOKEN, "type", "reverse", "label", "a pr…", "clients", 1L,
                    "channels", 0L, "port", (long) network.socksPort()), withoutTraffic(tokens.get(0)));
            assertEquals(Map.of("token", Network.CONNECTOR_TOKEN, "type", "connector", "label", "a co…", "clients", 0L,
                    "channels", 0L), withoutTraffic(tokens.get(1)));
            assertEquals(Map.of("token", "the forward token", "type", "forward", "label", "the …", "clients", 0L,
                    "channels", 0L), withoutTraffic(tokens.get(2)));
        }
    }

    private static Map<?, ?> withoutTraffic(Object token) {
        Map<?, ?> members = new HashMap<>((Map<?, ?>) token);
        for (String name : List.of("bytes_in_today", "bytes_out_today")) {
            assertTrue((Long) members.remove(name) >= 0, name);
        }
        return members;
    }

    @Test
    void tellsWhoComesAndGoesWhatIsCarriedAndWhoGuesses() throws Exception {
        network.server.addForwardToken("the forward token");
        call("GET", "/api/status", null, "a guess");
        try (LiveStream stream = live(); Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            assertEquals("forward token the … added", stream.next("event").data().get("text"));
            LiveStream.Event guess = stream.next("event");
            assertEquals("login", guess.data().get("kind"));
            assertEquals("127.0.0.1 refused: invalid API key", guess.data().get("text"));
            try (Socket socket = new SocksTestClient(network.start(network.builder("the forward token").build())
                    .socksAddress()).connect("127.0.0.1", echo.port())) {
                assertTrue(((String) stream.next("event").data().get("text")).matches("client 127.0.0.1:\\d+ connected"));
                LiveStream.Event snapshot;
                do { // at times what goes and what comes back are counted in different seconds
                    socket.getOutputStream().write(new byte[1000]);
                    socket.getInputStream().readNBytes(1000);
                    snapshot = stream.next("snapshot");
                } while (((Map<?, ?>) snapshot.data().get("rates")).values().stream().anyMatch(rate -> (Long) rate == 0));
                assertEquals(1, snapshot.list("clients").size());
                assertEquals("127.0.0.1:" + echo.port(), ((Map<?, ?>) snapshot.list("channels").getFirst()).get("target"));
                network.server.removeToken("the forward token");
            }
            List<Object> texts = new ArrayList<>();
            while (texts.size() < 2) {
                texts.add(stream.next("event").data().get("text"));
            }
            assertEquals("forward token the … removed", texts.get(0));
            assertTrue(((String) texts.get(1)).contains("left: token removed"), texts.toString());
        }
    }

    @Test
    void onlyWhoHasTheKeySeesIt() throws Exception {
        assertAnswer(401, "{\"success\":false,\"error\":\"invalid API key\"}", call("GET", "/api/live", null, "wrong"));
        assertAnswer(401, "{\"success\":false,\"error\":\"invalid API key\"}", call("GET", "/api/live", null, null));
    }

    @Test
    void viewersAreNotWithoutNumber() throws Exception {
        List<LiveStream> streams = new ArrayList<>();
        for (int i = 0; i < MAX_VIEWERS; i++) {
            streams.add(live());
            assertEquals("history", streams.getLast().next().name());
        }
        HttpResponse<String> refused = call("GET", "/api/live", null);
        assertAnswer(503, "{\"success\":false,\"error\":\"too many dashboards are open; close one\"}", refused);
        assertEquals("5", refused.headers().firstValue("Retry-After").orElseThrow());
        assertEquals(200, call("HEAD", "/api/status", null).statusCode());
        streams.removeFirst().close();
        Await.until("room", () -> {
            try (LiveStream another = live()) {
                return another.response.statusCode() == 200;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        for (LiveStream stream : streams) {
            assertNotNull(stream.next("snapshot"));
            stream.close();
        }
    }

    @Test
    void endsWithTheServer() throws Exception {
        try (LiveStream stream = live()) {
            stream.next("snapshot");
            network.server.close();
            LiveStream.Event event = stream.next();
            while (event != null) {
                event = stream.next();
            }
            assertNull(event);
        }
    }
}
