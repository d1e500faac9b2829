package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.linksocks.client.LinkSocksClient;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of the HTTP API with all that an operator may set for them (docs/operations.md). */
@Timeout(60)
class TokenAccountsIT extends HttpApiHarness {
    @TempDir
    Path folder;

    @Test
    void clientsComeBackToATokenOfTheApiAfterARestart() throws Exception {
        network.close();
        network = new Network(options -> options.stateDirectory(folder));
        int port = network.server.port();
        added("{\"type\":\"forward\",\"token\":\"f\"}");
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                LinkSocksClient client = network.builder("f").build()) {
            client.start();
            reach(client, echo);
            network.close();
            network = new Network(options -> options.stateDirectory(folder).port(port));
            network.awaitStatus("\"clients_count\":1");
            reach(client, echo);
        }
        assertEquals(200, call("DELETE", "/api/token/f", null).statusCode());
    }

    private static void reach(LinkSocksClient client, Targets.Tcp echo) throws Exception {
        client.awaitReady(Duration.ofSeconds(30));
        try (Socket socket = new SocksTestClient(client.socksAddress()).connect("127.0.0.1", echo.port())) {
            socket.getOutputStream().write(9);
            assertEquals(9, socket.getInputStream().read());
        }
    }
}
