package io.linksocks.e2e;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksClientBuilder;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.LinkSocksServerBuilder;
import io.linksocks.server.ReverseTokenOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** A relay on loopback, a provider and a connector, each with a secret or none. */
final class SealedNetwork implements AutoCloseable {
    static final String SECRET = "c2VhbGVkIGluIHRoaXMgdGVzdCwgMzIgYnl0ZXMgbG8";
    static final String OTHER_SECRET = "YW5vdGhlciBzZWNyZXQgb2YgYSB0ZXN0LCBhcyBsbyA";
    private static final Duration READY_LIMIT = Duration.ofSeconds(30);

    /** Who registers the connector's token. */
    enum Mode { AGENT, AUTONOMY }

    final LinkSocksServer server;
    /** Where provider and connector connect to. */
    int port;
    LinkSocksClient provider;
    LinkSocksClient connector;
    private final Mode mode;

    SealedNetwork(Mode mode, UnaryOperator<LinkSocksServerBuilder> options) throws IOException {
        this.mode = mode;
        server = options.apply(LinkSocksServer.builder().host("127.0.0.1").port(0).apiKey(Network.API_KEY)).build();
        server.addReverseToken(ReverseTokenOptions.builder().token(Network.PROVIDER_TOKEN)
                .connectorAutonomy(mode == Mode.AUTONOMY).build());
        if (mode == Mode.AGENT) {
            server.addConnectorToken(Network.CONNECTOR_TOKEN, Network.PROVIDER_TOKEN);
        }
        server.start();
        port = server.port();
    }

    /** Both ends have the same secret. */
    static SealedNetwork sealed(Mode mode, UnaryOperator<LinkSocksServerBuilder> server,
            UnaryOperator<LinkSocksClientBuilder> ends) throws Exception {
        SealedNetwork network = new SealedNetwork(mode, server);
        network.provider(SECRET, ends);
        network.connector(SECRET, ends);
        return network;
    }

    static SealedNetwork sealed(Mode mode) throws Exception {
        return sealed(mode, UnaryOperator.identity(), UnaryOperator.identity());
    }

    static SealedNetwork sealed() throws Exception {
        return sealed(Mode.AGENT);
    }

    /** @param secret null for none */
    void provider(String secret, UnaryOperator<LinkSocksClientBuilder> options) throws Exception {
        String suffix = secret == null ? "" : "#" + secret;
        LinkSocksClientBuilder builder = builder().provider();
        provider = start(options.apply(mode == Mode.AGENT
                ? builder.token(Network.PROVIDER_TOKEN + suffix)
                : builder.token(Network.PROVIDER_TOKEN)).build());
        if (mode == Mode.AUTONOMY) {
            provider.addConnectorToken(Network.CONNECTOR_TOKEN + suffix);
        }
    }

    /** @param secret null for none */
    void connector(String secret, UnaryOperator<LinkSocksClientBuilder> options) throws Exception {
        connector = start(options.apply(builder().token(Network.CONNECTOR_TOKEN + (secret == null ? "" : "#" + secret)))
                .build());
    }

    private LinkSocksClientBuilder builder() {
        return LinkSocksClient.builder().url("ws://127.0.0.1:" + port).socksPort(0).environmentProxy(false)
                .reconnectDelay(Duration.ofMillis(50));
    }

    private static LinkSocksClient start(LinkSocksClient client) throws Exception {
        client.start();
        client.awaitReady(READY_LIMIT);
        return client;
    }

    InetSocketAddress address() {
        return connector.socksAddress();
    }

    SocksTestClient socks() {
        return new SocksTestClient(address());
    }

    @Override
    public void close() {
        if (connector != null) {
            connector.close();
        }
        if (provider != null) {
            provider.close();
        }
        server.close();
    }
}
