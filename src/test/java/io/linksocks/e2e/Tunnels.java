package io.linksocks.e2e;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksClientBuilder;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.LinkSocksServerBuilder;
import io.linksocks.server.ReverseTokenOptions;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** A server and a client on loopback, joined by a real WebSocket. */
final class Tunnels implements AutoCloseable {
    static final String TOKEN = "a token for tests";
    private static final Duration READY_LIMIT = Duration.ofSeconds(30);

    final LinkSocksServer server;
    final LinkSocksClient client;

    private Tunnels(LinkSocksServer server, LinkSocksClient client) {
        this.server = server;
        this.client = client;
    }

    static Tunnels forward() throws Exception {
        return forward(UnaryOperator.identity());
    }

    static Tunnels forward(UnaryOperator<LinkSocksClientBuilder> options) throws Exception {
        return to(startServer(0), options);
    }

    static Tunnels withoutSocks() throws Exception {
        return withoutSocks(UnaryOperator.identity());
    }

    static Tunnels withoutSocks(UnaryOperator<LinkSocksClientBuilder> options) throws Exception {
        return forward(client -> options.apply(client.socks(false)));
    }

    /** With options for the server. */
    static Tunnels forwardBy(UnaryOperator<LinkSocksServerBuilder> options) throws Exception {
        return to(startServer(0, options), UnaryOperator.identity());
    }

    private static Tunnels to(LinkSocksServer server, UnaryOperator<LinkSocksClientBuilder> options) throws Exception {
        LinkSocksClient client = options.apply(clientOf(server.port())).build();
        client.start();
        client.awaitReady(READY_LIMIT);
        return new Tunnels(server, client);
    }

    /** A connector without a SOCKS port, whose requests wait for a provider that does not come. */
    static Tunnels withoutProvider() throws Exception {
        LinkSocksServer server = startServer(0);
        server.addReverseToken(ReverseTokenOptions.builder().token("providers").build());
        String token = server.addConnectorToken(null, "providers");
        return to(server, builder -> builder.token(token).socks(false));
    }

    static LinkSocksServer startServer(int port) throws Exception {
        return startServer(port, UnaryOperator.identity());
    }

    static LinkSocksServer startServer(int port, UnaryOperator<LinkSocksServerBuilder> options) throws Exception {
        LinkSocksServer server = options.apply(LinkSocksServer.builder().host("127.0.0.1").port(port)).build();
        server.addForwardToken(TOKEN);
        server.start();
        return server;
    }

    static LinkSocksClientBuilder clientOf(int serverPort) {
        return LinkSocksClient.builder().url("ws://127.0.0.1:" + serverPort).token(TOKEN).socksPort(0)
                .environmentProxy(false).reconnectDelay(Duration.ofMillis(50));
    }

    SocksTestClient socks() {
        return new SocksTestClient(client.socksAddress());
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
