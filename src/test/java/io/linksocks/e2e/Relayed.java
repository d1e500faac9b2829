package io.linksocks.e2e;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksClientBuilder;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.LinkSocksServerBuilder;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assertions;

/** A server, a client, and a bad network between them. */
final class Relayed implements AutoCloseable {
    private static final Duration READY_LIMIT = Duration.ofSeconds(30);

    final LinkSocksServer server;
    final CuttingRelay relay;
    final LinkSocksClient client;

    Relayed(UnaryOperator<LinkSocksServerBuilder> serverOptions, UnaryOperator<LinkSocksClientBuilder> clientOptions)
            throws Exception {
        server = start(serverOptions);
        relay = new CuttingRelay(server.port());
        client = clientOptions.apply(Tunnels.clientOf(relay.port())).build();
        client.start();
        client.awaitReady(READY_LIMIT);
    }

    Relayed() throws Exception {
        this(UnaryOperator.identity(), UnaryOperator.identity());
    }

    static LinkSocksServer start(UnaryOperator<LinkSocksServerBuilder> options) throws IOException {
        LinkSocksServer server = options.apply(LinkSocksServer.builder().host("127.0.0.1").port(0)).build();
        server.addForwardToken(Tunnels.TOKEN);
        server.start();
        return server;
    }

    SocksTestClient socks() {
        return new SocksTestClient(client.socksAddress());
    }

    /** A connection through the tunnel to an echo service, which answers. */
    Socket echo(Targets.Tcp echo) throws IOException {
        Socket socket = socks().connect("127.0.0.1", echo.port());
        checkEcho(socket, 1, "at first");
        return socket;
    }

    static void checkEcho(Socket socket, long value, String when) throws IOException {
        new DataOutputStream(socket.getOutputStream()).writeLong(value);
        Assertions.assertEquals(value, new DataInputStream(socket.getInputStream()).readLong(), when);
    }

    /** Waits for the end of a connection, which must not look like the end of a stream. */
    static void assertBroken(Socket socket) {
        Assertions.assertThrows(java.net.SocketException.class, () -> {
            int next = socket.getInputStream().read();
            Assertions.fail("a clean end, or a byte: " + next);
        });
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
        relay.close();
    }
}
