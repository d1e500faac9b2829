package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.linksocks.json.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A server with an API, and what a script would do with it. */
abstract class HttpApiHarness {
    final HttpClient http = HttpClient.newHttpClient();
    Network network;

    @BeforeEach
    void open() throws Exception {
        network = new Network();
    }

    @AfterEach
    void close() {
        network.close();
        http.close();
    }

    HttpResponse<String> call(String method, String path, String body, String key) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + network.server.port() + path)).method(method, body == null
                        ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (key != null) {
            request.header("X-API-Key", key);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> call(String method, String path, String body) throws Exception {
        return call(method, path, body, Network.API_KEY);
    }

    LiveStream live() throws Exception {
        return new LiveStream(http, network.server.port());
    }

    /** Whether a connection through the SOCKS port gets an echo. */
    static boolean reaches(InetSocketAddress proxy, Targets.Tcp echo) {
        try (Socket socket = new SocksTestClient(proxy).connect("127.0.0.1", echo.port())) {
            socket.getOutputStream().write(9);
            return socket.getInputStream().read() == 9;
        } catch (IOException e) {
            return false;
        }
    }

    static void assertAnswer(int status, String json, HttpResponse<String> answer) {
        assertEquals(json, answer.body().strip());
        assertEquals(status, answer.statusCode());
        assertEquals("application/json", answer.headers().firstValue("Content-Type").orElse(null));
    }

    Map<?, ?> added(String body) throws Exception {
        HttpResponse<String> answer = call("POST", "/api/token", body);
        assertEquals(200, answer.statusCode(), answer.body());
        return (Map<?, ?>) Json.parse(answer.body());
    }

    List<?> tokens() throws Exception {
        return (List<?>) ((Map<?, ?>) Json.parse(call("GET", "/api/status", null).body())).get("tokens");
    }
}
