package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksException;
import io.linksocks.json.Json;
import io.linksocks.server.LinkSocksServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP API (SPEC section 6) as a script would use it. */
@Timeout(60)
class HttpApiTest {
    private final HttpClient http = HttpClient.newHttpClient();
    private Network network;

    @BeforeEach
    void open() throws Exception {
        network = new Network();
    }

    @AfterEach
    void close() {
        network.close();
        http.close();
    }

    private HttpResponse<String> call(String method, String path, String body, String key) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + network.server.port() + path)).method(method, body == null
                        ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (key != null) {
            request.header("X-API-Key", key);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> call(String method, String path, String body) throws Exception {
        return call(method, path, body, Network.API_KEY);
    }

    private void assertAnswer(int status, String json, HttpResponse<String> answer) {
        assertEquals(json, answer.body().strip());
        assertEquals(status, answer.statusCode());
        assertEquals("application/json", answer.headers().firstValue("Content-Type").orElse(null));
    }

    private Map<?, ?> added(String body) throws Exception {
        HttpResponse<String> answer = call("POST", "/api/token", body);
        assertEquals(200, answer.statusCode(), answer.body());
        return (Map<?, ?>) Json.parse(answer.body());
    }

    private List<?> tokens() throws Exception {
        return (List<?>) ((Map<?, ?>) Json.parse(call("GET", "/api/status", null).body())).get("tokens");
    }

    // --- what it does ----------------------------------------------------------------------------------------------

    @Test
    void addsTokensOfEachKindAndListsThem() throws Exception {
        assertAnswer(200, "{\"success\":true,\"token\":\"f\"}",
                call("POST", "/api/token", "{\"type\":\"forward\",\"token\":\"f\",\"rules\":[{\"addrs\":[]}]}"));
        int port = freePort();
        assertAnswer(200, "{\"success\":true,\"token\":\"r\",\"port\":" + port + "}", call("POST", "/api/token",
                "{\"type\":\"reverse\",\"token\":\"r\",\"port\":" + port + ",\"username\":\"u\",\"password\":\"p\"}"));
        for (String name : List.of("c2", "c1")) {
            assertAnswer(200, "{\"success\":true,\"token\":\"" + name + "\"}", call("POST", "/api/token",
                    "{\"type\":\"connector\",\"token\":\"" + name + "\",\"reverse_token\":\"r\"}"));
        }
        assertAnswer(200, "{\"success\":true,\"token\":\"a\",\"port\":-1}", call("POST", "/api/token",
                "{\"type\":\"reverse\",\"token\":\"a\",\"port\":null,\"allow_manage_connector\":true}"));
        HttpResponse<String> status = call("GET", "/api/status", null);
        Map<?, ?> members = (Map<?, ?>) Json.parse(status.body());
        assertAnswer(200, "{\"version\":\"" + members.get("version") + "\",\"tokens\":["
                + "{\"token\":\"a\",\"type\":\"reverse\",\"clients_count\":0,\"port\":-1,\"connector_tokens\":[],"
                + "\"channels\":0},"
                + "{\"token\":\"f\",\"type\":\"forward\",\"clients_count\":0,\"channels\":0},"
                + "{\"token\":\"r\",\"type\":\"reverse\",\"clients_count\":0,\"port\":" + port
                + ",\"connector_tokens\":[\"c1\",\"c2\"],\"channels\":0}],"
                + "\"refused\":{\"targets\":0,\"datagrams\":0,\"channels\":0,\"clients\":0,\"connections\":0,"
                + "\"socks_connections\":0,\"failed_logins\":0,\"limited_logins\":0}}", status);
    }

    @Test
    void makesUpWhatIsNotGiven() throws Exception {
        Map<?, ?> forward = added("{\"type\":\"forward\"}");
        Map<?, ?> reverse = added("{\"type\":\"reverse\",\"token\":\"\"}");
        Map<?, ?> connector = added("{\"type\":\"connector\",\"reverse_token\":\"" + reverse.get("token") + "\"}");
        for (Map<?, ?> one : List.of(forward, reverse, connector)) {
            assertTrue(((String) one.get("token")).matches("[0-9a-f]{16,}"), one.toString());
        }
        long port = (Long) reverse.get("port");
        assertTrue(port >= 1024 && port <= 10_240, "port " + port);
    }

    @Test
    void tokensMadeByItWorkInEveryMode() throws Exception {
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            added("{\"type\":\"forward\",\"token\":\"f\"}");
            InetSocketAddress forward = network.start(network.builder("f").build()).socksAddress();
            new SocksTestClient(forward).connect("127.0.0.1", echo.port()).close();
            int port = ((Long) added("{\"type\":\"reverse\",\"token\":\"" + Network.PROVIDER_TOKEN + "\"}").get("port"))
                    .intValue();
            network.provider();
            Await.until("reverse mode", () -> reaches(new InetSocketAddress("127.0.0.1", port), echo));
            added("{\"type\":\"connector\",\"token\":\"" + Network.CONNECTOR_TOKEN + "\",\"reverse_token\":\""
                    + Network.PROVIDER_TOKEN + "\"}");
            assertTrue(reaches(network.connector().socksAddress(), echo));
            added("{\"type\":\"reverse\",\"token\":\"autonomous\",\"allow_manage_connector\":true}");
            network.start(network.builder("autonomous").reverse(true).build()).addConnector("mine");
            assertTrue(reaches(network.start(network.builder("mine").build()).socksAddress(), echo));
        }
    }

    private static boolean reaches(InetSocketAddress proxy, Targets.Tcp echo) {
        try (Socket socket = new SocksTestClient(proxy).connect("127.0.0.1", echo.port())) {
            socket.getOutputStream().write(9);
            return socket.getInputStream().read() == 9;
        } catch (IOException e) {
            return false;
        }
    }

    // --- removal ---------------------------------------------------------------------------------------------------

    @Test
    void removalCutsOffAtOnceAndTakesWithItWhatDependsOnIt() throws Exception {
        network.addReverseToken(false);
        network.server.addConnectorToken(Network.CONNECTOR_TOKEN, Network.PROVIDER_TOKEN);
        LinkSocksClient provider = network.provider();
        LinkSocksClient connector = network.connector();
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Socket socket = network.socks().connect("127.0.0.1", echo.port())) {
            int port = ((Long) ((Map<?, ?>) tokens().getFirst()).get("port")).intValue();
            String path = "/api/token/" + Network.PROVIDER_TOKEN.replace(" ", "%20").replace("'", "%27");
            assertAnswer(200, "{\"success\":true,\"token\":\"" + Network.PROVIDER_TOKEN + "\"}",
                    call("DELETE", path, null));
            assertThrows(IOException.class, () -> {
                if (socket.getInputStream().read() < 0) {
                    throw new IOException("ended");
                }
            });
            for (LinkSocksClient client : List.of(provider, connector)) {
                assertEquals(LinkSocksException.Kind.INVALID_TOKEN,
                        assertThrows(LinkSocksException.class, client::awaitClosed).kind());
            }
            assertThrows(ConnectException.class, () -> new Socket("127.0.0.1", port).close());
            assertEquals(List.of(), tokens());
            assertEquals((long) port, added("{\"type\":\"reverse\",\"port\":" + port + "}").get("port"));
        }
    }

    @Test
    void removalOfAConnectorTokenLeavesTheOthersAlone() throws Exception {
        network.addReverseToken(false);
        network.server.addConnectorToken(Network.CONNECTOR_TOKEN, Network.PROVIDER_TOKEN);
        network.server.addConnectorToken("other", Network.PROVIDER_TOKEN);
        network.provider();
        LinkSocksClient connector = network.connector();
        assertAnswer(200, "{\"success\":true,\"token\":\"other\"}",
                call("DELETE", "/api/token", "{\"token\":\"other\"}"));
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            assertTrue(reaches(connector.socksAddress(), echo));
        }
        assertFalse(network.status().contains("other"));
    }

    @Test
    void fiveHundredTokensComeAndGo() throws Exception {
        added("{\"type\":\"reverse\",\"token\":\"r\"}");
        Set<Object> made = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            made.add(added(switch (i % 3) {
                case 0 -> "{\"type\":\"forward\"}";
                case 1 -> "{\"type\":\"reverse\"}";
                default -> "{\"type\":\"connector\",\"reverse_token\":\"r\"}";
            }).get("token"));
        }
        assertEquals(500, made.size());
        assertEquals(1 + 334, tokens().size());
        for (Object token : made) {
            assertAnswer(200, "{\"success\":true,\"token\":\"" + token + "\"}", call("DELETE", "/api/token/" + token, null));
        }
        assertEquals(1, tokens().size());
        assertTrue(network.status().contains("\"connector_tokens\":[]"));
    }

    // --- errors ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "400|invalid request body|nonsense", "400|invalid request body|[]", "400|invalid request body|''",
        "400|invalid request body|{\"type\":\"forward\",\"token\":7}", "400|invalid request body|{\"type\":1}",
        "400|invalid request body|{\"type\":\"reverse\",\"port\":\"1080\"}",
        "400|invalid request body|{\"type\":\"reverse\",\"port\":65536}",
        "400|invalid request body|{\"type\":\"reverse\",\"port\":-1}",
        "400|invalid request body|{\"type\":\"reverse\",\"allow_manage_connector\":1}",
        "400|invalid token type|{}", "400|invalid token type|{\"type\":\"\"}",
        "400|invalid token type|{\"type\":\"Forward\"}",
        "400|username and password need each other|{\"type\":\"reverse\",\"username\":\"u\"}",
        "400|reverse_token is required for connector token|{\"type\":\"connector\"}",
        "409|reverse token does not exist|{\"type\":\"connector\",\"reverse_token\":\"f\"}",
        "409|the providers of this reverse token manage its connector tokens"
            + "|{\"type\":\"connector\",\"reverse_token\":\"a\"}",
        "409|token already exists|{\"type\":\"forward\",\"token\":\"f\"}",
        "409|token already exists|{\"type\":\"reverse\",\"token\":\"f\"}",
        "409|token already exists|{\"type\":\"connector\",\"token\":\"f\",\"reverse_token\":\"r\"}",
        "409|token already exists|{\"type\":\"connector\",\"token\":\"r\",\"reverse_token\":\"r\"}",
    })
    void whatCannotBeAdded(int status, String error, String body) throws Exception {
        network.server.addForwardToken("f");
        network.server.addReverseToken(io.linksocks.server.ReverseTokenOptions.DEFAULT.withToken("r"));
        network.server.addReverseToken(
                io.linksocks.server.ReverseTokenOptions.DEFAULT.withToken("a").withConnectorAutonomy(true));
        assertAnswer(status, "{\"success\":false,\"error\":\"" + error + "\"}", call("POST", "/api/token", body));
        assertEquals(3, tokens().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"anonymous", "longer than 255 bytes"})
    void whatIsNoToken(String token) throws Exception {
        String value = token.length() > 9 ? "x".repeat(256) : token;
        assertEquals(409, call("POST", "/api/token", "{\"type\":\"forward\",\"token\":\"" + value + "\"}").statusCode());
        assertEquals(List.of(), tokens());
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress("127.0.0.1", 0));
            HttpResponse<String> answer =
                    call("POST", "/api/token", "{\"type\":\"reverse\",\"port\":" + taken.getLocalPort() + "}");
            assertEquals(409, answer.statusCode());
            assertTrue(answer.body().contains(":" + taken.getLocalPort()), answer.body());
        }
        int port = freePort();
        added("{\"type\":\"reverse\",\"port\":" + port + "}");
        assertEquals(409, call("POST", "/api/token", "{\"type\":\"reverse\",\"port\":" + port + "}").statusCode());
        assertEquals(1, tokens().size());
    }

    @Test
    void whatCannotBeRemoved() throws Exception {
        String notSpecified = "{\"success\":false,\"error\":\"token not specified\"}";
        for (String body : new String[] {null, "", "nonsense", "{}", "{\"token\":\"\"}", "{\"token\":7}"}) {
            assertAnswer(400, notSpecified, call("DELETE", "/api/token", body));
        }
        assertAnswer(400, notSpecified, call("DELETE", "/api/token/", null));
        String unknown = "{\"success\":false,\"error\":\"token does not exist\"}";
        assertAnswer(404, unknown, call("DELETE", "/api/token/unknown", null));
        assertAnswer(404, unknown, call("DELETE", "/api/token", "{\"token\":\"unknown\"}"));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "wrong", Network.API_KEY + "x", "AN API KEY"})
    void withoutTheKeyNothingWorks(String key) throws Exception {
        String refusal = "{\"success\":false,\"error\":\"invalid API key\"}";
        assertAnswer(401, refusal, call("GET", "/api/status", null, key));
        assertAnswer(401, refusal, call("POST", "/api/token", "{\"type\":\"forward\"}", key));
        assertAnswer(401, refusal, call("DELETE", "/api/token", "{\"token\":\"x\"}", key));
        assertAnswer(401, refusal, call("DELETE", "/api/token/x", null, key));
        assertAnswer(401, refusal, call("GET", "/api/config/access", null, key));
        assertAnswer(401, refusal, call("PUT", "/api/config/access", "{\"dial\":[]}", key));
        assertEquals(List.of(), tokens());
    }

    @Test
    void wrongMethodsAndPaths() throws Exception {
        assertEquals(405, call("POST", "/api/status", "{}").statusCode());
        assertEquals(405, call("PUT", "/api/token", "{}").statusCode());
        assertEquals(405, call("GET", "/api/token", null).statusCode());
        assertEquals(405, call("POST", "/api/token/x", "{}").statusCode());
        assertEquals(404, call("GET", "/api/unknown", null).statusCode());
        assertEquals(200, call("GET", "/healthz", null, null).statusCode());
        assertTrue(call("GET", "/", null, null).body().contains("API endpoints available"));
    }

    @Test
    void withoutAKeyThereIsNoApi() throws Exception {
        try (LinkSocksServer server = LinkSocksServer.builder().host("127.0.0.1").port(0).build()) {
            server.start();
            HttpResponse<String> answer = http.send(HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + server.port() + "/api/status")).header("X-API-Key", "").build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(404, answer.statusCode());
        }
        assertThrows(IllegalArgumentException.class, () -> LinkSocksServer.builder().apiKey(""));
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        }
    }
}
