package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.ReverseTokenOptions;
import io.linksocks.util.QuietPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that the HTTP API (docs/operations.md) refuses, and its error responses. */
@Timeout(240)
class HttpApiErrorsIT extends HttpApiHarness {
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
        "400|username and password must be set together|{\"type\":\"reverse\",\"username\":\"u\"}",
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
        network.server.addReverseToken(ReverseTokenOptions.builder().token("r").build());
        network.server.addReverseToken(
                ReverseTokenOptions.builder().token("a").connectorAutonomy(true).build());
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
        int port = QuietPort.next();
        added("{\"type\":\"reverse\",\"port\":" + port + "}");
        assertEquals(409, call("POST", "/api/token", "{\"type\":\"reverse\",\"port\":" + port + "}").statusCode());
        assertEquals(1, tokens().size());
    }

    /** The caller can't choose the host, nor call the builder of the server. */
    @Test
    void aPortOnAForeignHostIsTheAffairOfTheServersOperator() throws Exception {
        network.close();
        network = new Network(options -> options.socksHost("192.0.2.1"));
        HttpResponse<String> answer = call("POST", "/api/token", "{\"type\":\"reverse\",\"port\":9870}");
        assertEquals(409, answer.statusCode());
        assertTrue(answer.body().contains("192.0.2.1:9870"), answer.body());
        assertTrue(answer.body().contains("; name an address of this machine with the server's option socksHost\""),
                answer.body());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "POST|/api/token|{\"type\":\"forward\",\"max_client\":3}|max_client|token, type, rules, ",
        "PATCH|/api/token|{\"token\":\"f\",\"disable\":true}|disable|name, disabled, ",
        "PATCH|/api/token/f|{\"disable\":true}|disable|name, disabled, ",
        "DELETE|/api/token|{\"token\":\"f\",\"force\":true}|force|token",
        "DELETE|/api/token|{\"tokn\":\"f\"}|tokn|token",
        "PUT|/api/config/access|{\"dial\":[],\"deny\":[]}|deny|entry, dial",
        "PUT|/api/config/access|{\"dail\":[]}|dail|entry, dial",
    })
    void aMisspeltMemberIsNamedBesideThoseThatThereAre(String method, String path, String body, String wrong, String known)
            throws Exception {
        network.server.addForwardToken("f");
        String status = call("GET", "/api/tokens", null).body();
        HttpResponse<String> answer = call(method, path, body);
        assertEquals(400, answer.statusCode());
        String start = "{\"success\":false,\"error\":\"unknown member \\\"" + wrong + "\\\"; expected " + known;
        assertTrue(answer.body().startsWith(start), answer.body());
        assertEquals(status, call("GET", "/api/tokens", null).body());
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

    /** What no handler has answered looks as what one has. */
    @Test
    void refusalsBelowApiAreJson() throws Exception {
        assertAnswer(404, "{\"success\":false,\"error\":\"not found\"}", call("GET", "/api/unknown", null, null));
        HttpResponse<String> wrongMethod = call("PUT", "/api/token", "{}");
        assertAnswer(405, "{\"success\":false,\"error\":\"method not allowed\"}", wrongMethod);
        assertEquals("POST, PATCH, DELETE, OPTIONS", wrongMethod.headers().firstValue("Allow").orElse(null));
        assertEquals("no-store", wrongMethod.headers().firstValue("Cache-Control").orElse(null));
        String tooLarge = answerTo("POST /api/token HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n");
        assertTrue(tooLarge.startsWith("HTTP/1.1 413 "), tooLarge);
        assertTrue(tooLarge.endsWith("\r\n\r\n{\"success\":false,\"error\":\"body too large\"}\n"), tooLarge);
        assertEquals("not found\n", call("GET", "/elsewhere", null, null).body());
    }

    /** Until the server closes the connection. */
    private String answerTo(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", network.server.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
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
        for (String key : List.of("", "schl\u00fcssel", " key", "key\n", "\uFFFD")) {
            assertThrows(IllegalArgumentException.class, () -> LinkSocksServer.builder().apiKey(key));
        }
    }
}
