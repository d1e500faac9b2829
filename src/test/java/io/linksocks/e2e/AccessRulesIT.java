package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.access.AccessRules;
import io.linksocks.access.DenyRule;
import io.linksocks.client.LinkSocksClientBuilder;
import io.linksocks.protocol.Message;
import io.linksocks.server.ReverseTokenOptions;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Access rules (docs/security.md) on every side that has them. */
@Timeout(240)
class AccessRulesIT {
    private static final int NOT_ALLOWED = 2;
    private static final int HOST_UNREACHABLE = 4;
    private static final int TIMEOUT_MILLIS = 20_000;

    private final HttpClient http = HttpClient.newHttpClient();
    private Targets.Tcp echo;
    private Targets.Tcp other;
    private Network network;

    @BeforeEach
    void open() throws IOException {
        echo = new Targets.Tcp("127.0.0.1", Targets::echo);
        other = new Targets.Tcp("127.0.0.1", Targets::echo);
    }

    @AfterEach
    void close() throws IOException {
        http.close();
        network.close();
        echo.close();
        other.close();
    }

    private AccessRules onlyEcho() {
        return AccessRules.parse(List.of("127.0.0.0/8:" + echo.port()));
    }

    private String onlyEchoJson() {
        return "[{\"addrs\":[\"127.0.0.0/8\"],\"ports\":[" + echo.port() + "]}]";
    }

    private static void assertRefused(int code, SocksTestClient socks, String host, int port) {
        assertEquals(code, assertThrows(SocksTestClient.Refused.class, () -> socks.connect(host, port)).code);
    }

    private static void assertReached(SocksTestClient socks, String host, int port) throws IOException {
        try (Socket socket = socks.connect(host, port)) {
            socket.getOutputStream().write(7);
            assertEquals(7, socket.getInputStream().read());
        }
    }

    private SocksTestClient forward(String token, UnaryOperator<LinkSocksClientBuilder> options) throws Exception {
        InetSocketAddress address = network.start(options.apply(network.builder(token)).build()).socksAddress();
        return new SocksTestClient(address);
    }

    private HttpResponse<String> call(String method, String path, String body) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + network.server.port() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body)).header("X-API-Key", Network.API_KEY).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private void added(String body) throws Exception {
        HttpResponse<String> answer = call("POST", "/api/token", body);
        assertEquals(200, answer.statusCode(), answer.body());
    }

    // --- where a rule is kept ----------------------------------------------------------------------------------------

    @Test
    void aClientsOwnPort() throws Exception {
        network = new Network();
        SocksTestClient socks = forward(network.server.addForwardToken(null), client -> client.accessRules(onlyEcho()));
        assertReached(socks, "127.0.0.1", echo.port());
        assertReached(socks, "localhost", echo.port());
        assertRefused(NOT_ALLOWED, socks, "127.0.0.1", other.port());
        assertRefused(NOT_ALLOWED, socks, "::1", echo.port());
        assertRefused(HOST_UNREACHABLE, socks, "no-such-host.invalid", echo.port());
        try (HttpProxyClient http = new HttpProxyClient(socks.address())) {
            String head = http.send("CONNECT no-such-host.invalid:" + echo.port() + " HTTP/1.1\r\nHost: x\r\n\r\n").head();
            assertTrue(head.startsWith("HTTP/1.1 502 "), head);
        }
    }

    @Test
    void aServerThatDials() throws Exception {
        network = new Network(server -> server.dialRules(onlyEcho()));
        SocksTestClient socks = forward(network.server.addForwardToken(null), UnaryOperator.identity());
        assertReached(socks, "127.0.0.1", echo.port());
        assertReached(socks, "localhost", echo.port());
        assertRefused(HOST_UNREACHABLE, socks, "127.0.0.1", other.port());
        assertRefused(HOST_UNREACHABLE, socks, "no-such-host.invalid", echo.port());
        assertTrue(network.status().contains("\"refused\":{\"targets\":1,"), network.status());
    }

    @Test
    void aProvider() throws Exception {
        network = Network.of(Network.Mode.AGENT, UnaryOperator.identity(), client -> client.accessRules(onlyEcho()));
        SocksTestClient socks = forward(Network.CONNECTOR_TOKEN, UnaryOperator.identity());
        assertReached(socks, "127.0.0.1", echo.port());
        assertRefused(HOST_UNREACHABLE, socks, "127.0.0.1", other.port());
    }

    @Test
    void aReverseTokenAndItsConnectors() throws Exception {
        network = new Network();
        int port = network.server.addReverseToken(ReverseTokenOptions.builder().token(Network.PROVIDER_TOKEN)
                .accessRules(onlyEcho()).build()).port();
        network.server.addConnectorToken("bound", Network.PROVIDER_TOKEN);
        network.server.addConnectorToken("own", Network.PROVIDER_TOKEN, AccessRules.parse(List.of(":" + other.port())));
        network.provider();
        SocksTestClient entry = new SocksTestClient(new InetSocketAddress("127.0.0.1", port));
        Await.until("SOCKS port open", () -> reaches(entry));
        assertRefused(NOT_ALLOWED, entry, "127.0.0.1", other.port());
        SocksTestClient bound = forward("bound", UnaryOperator.identity());
        assertReached(bound, "127.0.0.1", echo.port());
        assertRefused(HOST_UNREACHABLE, bound, "127.0.0.1", other.port());
        SocksTestClient own = forward("own", UnaryOperator.identity());
        assertReached(own, "localhost", other.port());
        assertRefused(HOST_UNREACHABLE, own, "127.0.0.1", echo.port());
    }

    private boolean reaches(SocksTestClient socks) {
        try {
            socks.connect("127.0.0.1", echo.port()).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void theCheckedAddressIsWhatAProviderIsAskedFor() throws Exception {
        network = new Network();
        network.server.addReverseToken(ReverseTokenOptions.builder().token(Network.PROVIDER_TOKEN).build());
        network.server.addConnectorToken("free", Network.PROVIDER_TOKEN);
        network.server.addConnectorToken("bound", Network.PROVIDER_TOKEN, onlyEcho());
        try (RawPeer provider = RawPeer.byUrl(network.server.port(), Network.PROVIDER_TOKEN, true, null).admitted();
                RawPeer free = RawPeer.byUrl(network.server.port(), "free", false, null).admitted();
                RawPeer bound = RawPeer.byUrl(network.server.port(), "bound", false, null).admitted()) {
            free.connect(new Endpoint("localhost", echo.port()));
            assertEquals("localhost", provider.expect(Message.Connect.class).target().host());
            bound.connect(new Endpoint("localhost", other.port()));
            assertFalse(bound.expect(Message.ConnectResponse.class).success());
            bound.connect(new Endpoint("localhost", echo.port()));
            assertEquals(new Endpoint("127.0.0.1", echo.port()), provider.expect(Message.Connect.class).target());
            assertNull(provider.seen(Message.Connect.class));
        }
    }

    // --- what is denied ----------------------------------------------------------------------------------------------

    @Test
    void deniedIsDeniedWhateverATokenAllows() throws Exception {
        network = new Network(server -> server
                .denyRules(List.of(DenyRule.parse(":" + other.port()), DenyRule.parse("localhost"))));
        SocksTestClient socks = forward(
                network.server.addForwardToken(null, AccessRules.parse(List.of("127.0.0.1:"))), UnaryOperator.identity());
        assertReached(socks, "127.0.0.1", echo.port());
        assertRefused(HOST_UNREACHABLE, socks, "127.0.0.1", other.port());
        assertRefused(HOST_UNREACHABLE, socks, "LocalHost.", echo.port());
    }

    @Test
    void privateAddressesHaveManyNames() throws Exception {
        network = new Network(server -> server.denyPrivate(true));
        SocksTestClient socks = forward(network.server.addForwardToken(null), UnaryOperator.identity());
        for (String host : List.of("127.0.0.1", "localhost", "::1", "::ffff:127.0.0.1", "0.0.0.0", "169.254.169.254",
                "64:ff9b::7f00:1", "2002:7f00:1::1")) {
            assertRefused(HOST_UNREACHABLE, socks, host, echo.port());
        }
        try (RawPeer peer = RawPeer.byUrl(network.server.port(), network.server.addForwardToken(null), false, null)) {
            for (String disguise : List.of("2130706433", "127.1", "0:0:0:0:0:ffff:7f00:1")) {
                peer.connect(new Endpoint(disguise, echo.port()));
                assertFalse(peer.expect(Message.ConnectResponse.class).success(), disguise);
            }
        }
        assertEquals(0, echo.openConnections());
    }

    // --- datagrams ---------------------------------------------------------------------------------------------------

    @Test
    void datagramsAreJudgedOneByOneOnEverySide() throws Exception {
        try (Targets.Udp allowed = new Targets.Udp("127.0.0.1"); Targets.Udp refused = new Targets.Udp("127.0.0.1")) {
            AccessRules rules = AccessRules.parse(List.of("127.0.0.1:" + allowed.port()));
            network = new Network(server -> server.dialRules(rules));
            network.addReverseToken(false);
            network.provider();
            network.server.addConnectorToken("connector", Network.PROVIDER_TOKEN, rules);
            String token = network.server.addForwardToken(null);
            String free = network.server.addForwardToken(null, AccessRules.parse(List.of(":")));
            exchange(forward(token, UnaryOperator.identity()), allowed, refused);
            exchange(forward("connector", UnaryOperator.identity()), allowed, refused);
            exchange(forward(free, client -> client.accessRules(rules)), allowed, refused);
            assertTrue(network.status().contains("\"refused\":{\"targets\":0,\"datagrams\":2,"), network.status());
        }
    }

    private static void exchange(SocksTestClient socks, Targets.Udp allowed, Targets.Udp refused) throws Exception {
        try (SocksTestClient.Association association = socks.associate();
                DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.send(UdpIT.packet(association, UdpIT.header("127.0.0.1", refused.port()), new byte[] {1}));
            socket.send(UdpIT.packet(association, UdpIT.header("localhost", allowed.port()), new byte[] {2}));
            DatagramPacket answer = new DatagramPacket(new byte[100], 100);
            socket.receive(answer);
            assertEquals(2, answer.getData()[answer.getLength() - 1]);
        }
    }

    // --- the API -----------------------------------------------------------------------------------------------------

    @Test
    void theApiGivesTokensRulesOfTheirOwn() throws Exception {
        network = new Network(server -> server.dialRules(AccessRules.parse(List.of(":1"))));
        added("{\"type\":\"forward\",\"token\":\"f\",\"rules\":" + onlyEchoJson() + "}");
        added("{\"type\":\"forward\",\"token\":\"g\",\"rules\":[]}");
        added("{\"type\":\"reverse\",\"token\":\"" + Network.PROVIDER_TOKEN + "\",\"rules\":[{\"ports\":[1]}]}");
        added("{\"type\":\"connector\",\"token\":\"c\",\"reverse_token\":\"" + Network.PROVIDER_TOKEN + "\",\"rules\":"
                + onlyEchoJson() + "}");
        network.provider();
        for (String token : List.of("f", "c")) {
            SocksTestClient socks = forward(token, UnaryOperator.identity());
            assertReached(socks, "127.0.0.1", echo.port());
            assertRefused(HOST_UNREACHABLE, socks, "127.0.0.1", other.port());
        }
        assertRefused(HOST_UNREACHABLE, forward("g", UnaryOperator.identity()), "127.0.0.1", echo.port());
    }

    @Test
    void theApiChangesTheRulesForAll() throws Exception {
        network = Network.of(Network.Mode.REVERSE);
        SocksTestClient forward = forward(network.server.addForwardToken(null), UnaryOperator.identity());
        assertEquals("{\"entry\":[],\"dial\":[]}\n", call("GET", "/api/config/access", "").body());
        String rule = "{\"addrs\":[\"127.0.0.1\"],\"ports\":[" + echo.port() + ",[90,150]]}";
        assertEquals("{\"success\":true,\"entry\":[],\"dial\":[" + rule + "]}\n",
                call("PUT", "/api/config/access", "{\"dial\":[" + rule + "]}").body());
        assertReached(forward, "127.0.0.1", echo.port());
        assertRefused(HOST_UNREACHABLE, forward, "127.0.0.1", other.port());
        assertReached(network.socks(), "127.0.0.1", other.port());
        call("PUT", "/api/config/access", "{\"entry\":[" + rule + "],\"dial\":null}");
        assertEquals("{\"entry\":[" + rule + "],\"dial\":[" + rule + "]}\n", call("GET", "/api/config/access", "").body());
        assertRefused(NOT_ALLOWED, network.socks(), "127.0.0.1", other.port());
        assertRefused(HOST_UNREACHABLE, forward, "127.0.0.1", other.port());
        call("PUT", "/api/config/access", "{\"entry\":[],\"dial\":[]}");
        assertReached(network.socks(), "127.0.0.1", other.port());
        assertReached(forward, "127.0.0.1", other.port());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[{\"addrs\":[\"not-an-addr\"]}]", "[{\"addrs\":[\"192.168.1.1-300\"]}]",
        "[{\"ports\":[70000]}]", "[{\"ports\":[[9000,8000]]}]", "[{\"ports\":[\"80\"]}]", "[{\"ports\":[[1,2,3]]}]",
        "[{\"ports\":[-1]}]", "[{\"ports\":[4294967376]}]", "[{\"ports\":[80.0]}]", "[{\"port\":[80]}]",
        "[{\"addrs\":\"10.0.0.1\"}]", "[{\"addrs\":[1]}]", "{}", "[[]]", "\"10.0.0.1:80\"", "7"})
    void illegalRulesChangeNothing(String rules) throws Exception {
        network = new Network();
        for (String body : List.of("{\"entry\":[{}],\"dial\":" + rules + "}", "{\"dial\":[{}],\"entry\":" + rules + "}")) {
            HttpResponse<String> answer = call("PUT", "/api/config/access", body);
            assertEquals(400, answer.statusCode(), answer.body());
            assertTrue(answer.body().startsWith("{\"success\":false,\"error\":\""), answer.body());
        }
        assertEquals("{\"entry\":[],\"dial\":[]}\n", call("GET", "/api/config/access", "").body());
        assertEquals(400, call("POST", "/api/token", "{\"type\":\"forward\",\"rules\":" + rules + "}").statusCode());
        assertTrue(network.status().contains("\"tokens\":[]"));
    }
}
