package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.cluster.MemoryCluster;
import io.linksocks.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The HTTP API of servers that share a cluster. */
@Timeout(240)
class ClusterApiTest {
    private static final String KEY = "api-key-for-tests";

    private final MemoryCluster cluster = new MemoryCluster();
    private final HttpClient http = HttpClient.newHttpClient();
    private Node a;
    private Node b;

    /** A server and its view of the cluster. */
    private final class Node {
        private final MemoryCluster.Member directory = cluster.join();
        private final LinkSocksServer server;

        Node(String name) throws IOException {
            server = LinkSocksServer.builder().host("127.0.0.1").port(0).apiKey(KEY)
                    .cluster(ClusterSettings.builder(() -> directory).nodeUrl(URI.create("ws://" + name + ":8765")).build())
                    .build();
            server.start();
        }

        HttpResponse<String> ask(String method, String path, String body) throws IOException, InterruptedException {
            return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                    .header("X-API-Key", KEY).method(method, HttpRequest.BodyPublishers.ofString(body)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }

        Map<?, ?> get(String path) throws IOException, InterruptedException {
            return (Map<?, ?>) Json.parse(ask("GET", path, "").body());
        }
    }

    @BeforeEach
    void start() throws IOException {
        a = new Node("a.example");
        b = new Node("b.example");
    }

    @AfterEach
    void stop() {
        a.server.close();
        b.server.close();
        http.close();
    }

    @Test
    void aTokenOfOneServerAdmitsClientsAtTheOtherUntilItIsRemoved() throws Exception {
        String body = "{\"type\":\"forward\",\"token\":\"shared\"}";
        assertEquals(200, a.ask("POST", "/api/token", body).statusCode());
        assertEquals(409, b.ask("POST", "/api/token", body).statusCode());
        try (LinkSocksClient client = LinkSocksClient.builder().url("ws://127.0.0.1:" + b.server.port())
                .token("shared").socksPort(0).reconnect(false).build()) {
            client.start();
            client.awaitReady(Duration.ofSeconds(20));
            assertEquals(200, a.ask("DELETE", "/api/token", "{\"token\":\"shared\"}").statusCode());
            while (((List<?>) b.get("/api/clients").get("clients")).size() > 0) {
                Thread.onSpinWait();
            }
        }
        assertEquals(404, b.ask("DELETE", "/api/token", "{\"token\":\"shared\"}").statusCode());
    }

    @Test
    void changedSettingsReachTheOtherServerAndCutNobodyOff() throws Exception {
        a.ask("POST", "/api/token", "{\"type\":\"forward\",\"token\":\"shared\"}");
        try (LinkSocksClient client = LinkSocksClient.builder().url("ws://127.0.0.1:" + b.server.port())
                .token("shared").socksPort(0).reconnect(false).build()) {
            client.start();
            client.awaitReady(Duration.ofSeconds(20));
            assertEquals(200, a.ask("PATCH", "/api/token/shared", "{\"name\":\"office\"}").statusCode());
            assertTrue(b.ask("GET", "/api/status", "").body().contains("office"));
            while (((List<?>) b.get("/api/clients").get("clients")).size() != 1) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void serversShowEachOther() throws Exception {
        List<?> nodes = (List<?>) a.get("/api/cluster").get("nodes");
        assertEquals(List.of("a.example:8765", "b.example:8765"),
                nodes.stream().map(node -> ((Map<?, ?>) node).get("name")).toList());
        assertEquals(List.of(true, false), nodes.stream().map(node -> ((Map<?, ?>) node).get("own")).toList());
        assertTrue(a.get("/api/status").containsKey("cluster"));
        assertTrue(a.ask("GET", "/metrics", "").body().contains("linksocks_cluster_nodes 2\n"));
        b.server.close();
        assertEquals(1, ((List<?>) a.get("/api/cluster").get("nodes")).size());
    }

    @Test
    void withoutTheDirectoryChangesAnswer503AndTheServerIsReady() throws Exception {
        a.ask("POST", "/api/token", "{\"type\":\"forward\",\"token\":\"shared\"}");
        assertEquals("ready\n", b.ask("GET", "/readyz", "").body());
        b.directory.cutOff();
        HttpResponse<String> refused = b.ask("POST", "/api/token", "{\"type\":\"forward\",\"token\":\"another\"}");
        assertEquals(503, refused.statusCode());
        assertTrue(refused.body().contains("away"));
        assertEquals(503, b.ask("DELETE", "/api/token/shared", "").statusCode());
        assertEquals(503, b.ask("PATCH", "/api/token/shared", "{\"name\":\"another\"}").statusCode());
        HttpResponse<String> ready = b.ask("GET", "/readyz", "");
        assertEquals(200, ready.statusCode());
        assertEquals("ready; the cluster is stale for 1 s: cut off by the test\n", ready.body());
        assertTrue(b.ask("GET", "/metrics", "").body().contains("linksocks_cluster_stale_seconds 1\n"));
        assertEquals("cut off by the test", b.get("/api/cluster").get("stale_reason"));
    }

    @Test
    void aServerWithoutAClusterHasNone() throws Exception {
        try (LinkSocksServer alone = LinkSocksServer.builder().host("127.0.0.1").port(0).apiKey(KEY).build()) {
            alone.start();
            HttpResponse<String> answer = http.send(HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + alone.port() + "/metrics")).header("X-API-Key", KEY).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertFalse(answer.body().contains("cluster"));
        }
    }
}
