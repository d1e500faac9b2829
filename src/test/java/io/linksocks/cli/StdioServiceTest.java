package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.util.Endpoint;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class StdioServiceTest {
    private static final String TOKEN = "stdio-token";

    private final LinkSocksServer server = LinkSocksServer.builder().host("127.0.0.1").port(0).build();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private ServerSocket listener;

    @BeforeEach
    void start() throws IOException {
        server.addForwardToken(TOKEN);
        server.start();
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        listener.close();
        server.close();
    }

    private StdioService service(InputStream in) {
        LinkSocksClient client = LinkSocksClient.builder().url("ws://127.0.0.1:" + server.port()).token(TOKEN)
                .socks(false).environmentProxy(false).build();
        return new StdioService(client, new Endpoint("127.0.0.1", listener.getLocalPort()), in, out);
    }

    @Test
    void theTargetAnswersAfterTheEndOfTheInput() throws Exception {
        byte[] sent = new byte[1 << 20];
        new Random(1).nextBytes(sent);
        CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> {
            try (Socket socket = listener.accept()) {
                byte[] all = socket.getInputStream().readAllBytes();
                socket.getOutputStream().write(all);
                return all;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }, Thread::startVirtualThread);
        try (StdioService service = service(new ByteArrayInputStream(sent))) {
            service.start();
            service.awaitEnd();
        }
        assertArrayEquals(sent, received.join());
        assertArrayEquals(sent, out.toByteArray());
    }

    @Test
    void aTargetThatCantBeReachedIsAnError() throws Exception {
        int port = listener.getLocalPort();
        try (StdioService service = service(InputStream.nullInputStream())) {
            listener.close();
            service.start();
            IOException e = assertThrows(IOException.class, service::awaitEnd);
            assertTrue(e.getMessage().startsWith("can't reach 127.0.0.1:" + port + ": "), e.getMessage());
            assertEquals(2, e.getMessage().split("127.0.0.1", -1).length, "named once: " + e.getMessage());
        }
    }

    @Test
    void aTargetWithoutAPortIsRefused() {
        for (String target : new String[] {"host", "host:", "host:0", "me@host:22"}) {
            var outcome = CommandLineHarness.run(Map.of(), "client", "-t", TOKEN, "--stdio", target);
            assertEquals(ExitCode.USAGE, outcome.code(), outcome.toString());
            assertTrue(outcome.err().contains("--stdio"), outcome.err());
        }
    }
}
