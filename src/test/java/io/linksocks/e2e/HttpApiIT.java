package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksException;
import io.linksocks.json.Json;
import io.linksocks.util.QuietPort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The HTTP API (docs/operations.md) as a script uses it to add and remove tokens. */
@Timeout(240)
class HttpApiIT extends HttpApiHarness {
    private static final String TODAY = ",\"bytes_in_today\":0,\"bytes_out_today\":0";

    // --- what it does ----------------------------------------------------------------------------------------------

    @Test
    void addsTokensOfEachKindAndListsThem() throws Exception {
        assertAnswer(200, "{\"success\":true,\"token\":\"f\"}",
                call("POST", "/api/token", "{\"type\":\"forward\",\"token\":\"f\",\"rules\":[{\"addrs\":[]}]}"));
        int port = QuietPort.next();
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
                + "\"channels\":0" + TODAY + "},"
                + "{\"token\":\"f\",\"type\":\"forward\",\"clients_count\":0,\"channels\":0" + TODAY + "},"
                + "{\"token\":\"r\",\"type\":\"reverse\",\"clients_count\":0,\"port\":" + port
                + ",\"connector_tokens\":[\"c1\",\"c2\"],\"channels\":0" + TODAY + "}],"
                + "\"refused\":{\"targets\":0,\"datagrams\":0,\"channels\":0,\"clients\":0,\"connections\":0,"
                + "\"socks_connections\":0,\"failed_logins\":0,\"limited_logins\":0,\"requests\":0,\"socks_handshakes\":0,"
                + "\"malformed_messages\":0,\"ignored_messages\":0,\"disabled_tokens\":0,\"token_limits\":0,"
                + "\"dropped_datagrams\":0},"
                + "\"totals\":" + Json.write(members.get("totals")) + "}", status);
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
            network.start(network.builder("autonomous").provider().build()).addConnectorToken("mine");
            assertTrue(reaches(network.start(network.builder("mine").build()).socksAddress(), echo));
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
        network.server.addConnectorToken("unwanted", Network.PROVIDER_TOKEN);
        network.provider();
        LinkSocksClient connector = network.connector();
        assertAnswer(200, "{\"success\":true,\"token\":\"unwanted\"}",
                call("DELETE", "/api/token", "{\"token\":\"unwanted\"}"));
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            assertTrue(reaches(connector.socksAddress(), echo));
        }
        assertFalse(network.status().contains("unwanted"));
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
}
