package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.websocket.ConnectOptions;
import io.linksocks.websocket.HttpProxies;
import io.linksocks.websocket.JdkWebSocket;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that is reached through an HTTP proxy, which here is the port of another tunnel. */
@Timeout(240)
class ServerBehindProxyIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static URI proxy(Tunnels tunnels, String credentials) {
        return URI.create("http://" + credentials + "127.0.0.1:" + tunnels.client.socksAddress().getPort());
    }

    @Test
    void aTunnelGoesThroughIt() throws Exception {
        try (Tunnels outer = Tunnels.forward(builder -> builder.socksCredentials("alice", "s@cret"));
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                LinkSocksClient client = Tunnels.clientOf(outer.server.port()).proxy(proxy(outer, "alice:s%40cret@")).build()) {
            client.start();
            client.awaitReady(LIMIT);
            try (Socket socket = new SocksTestClient(client.socksAddress()).connect("127.0.0.1", echo.port())) {
                socket.getOutputStream().write(7);
                assertEquals(7, socket.getInputStream().read());
            }
        }
    }

    @Test
    void whatIsWrongWithTheProxyIsSaid() throws Exception {
        try (Tunnels outer = Tunnels.forward(builder -> builder.socksCredentials("alice", "secret"))) {
            String port = "127.0.0.1:" + outer.client.socksAddress().getPort();
            assertFailure("proxy " + port + " wants a user name and a password, or others", proxy(outer, "alice:wrong@"));
            assertFailure("proxy " + port + " wants a user name and a password, or others", proxy(outer, ""));
            assertFailure("cannot reach 127.0.0.1:1 through proxy " + port + ": Tunnel failed, got: 502",
                    proxy(outer, "alice:secret@"));
            assertFailure("cannot reach 127.0.0.1:1 through proxy 127.0.0.1:1: Connection refused",
                    URI.create("http://127.0.0.1:1"));
        }
    }

    /** The library leaves that to the program, as it holds for all of its connections. */
    @Test
    void aLoginThatTheJdkDoesNotSendIsToldApart() throws Exception {
        String property = "jdk.http.auth.tunneling.disabledSchemes";
        String before = System.getProperty(property);
        System.setProperty(property, "Digest, Basic");
        try (Tunnels outer = Tunnels.forward(builder -> builder.socksCredentials("alice", "secret"))) {
            String wanted = "proxy 127.0.0.1:" + outer.client.socksAddress().getPort()
                    + " wants a user name and a password, or others";
            assertFailure(wanted + "; this Java sends it none unless it is started with -D" + property + "=",
                    proxy(outer, "alice:wrong@"));
        } finally {
            System.setProperty(property, before);
        }
    }

    private static void assertFailure(String message, URI proxy) {
        IOException e = assertThrows(IOException.class, () -> JdkWebSocket.connect(new ConnectOptions(
                URI.create("ws://127.0.0.1:1/socket"), Map.of(), LIMIT, Optional.of(HttpProxies.fixed(proxy)), null)));
        assertTrue(e.getMessage().startsWith(message), e.getMessage());
    }
}
