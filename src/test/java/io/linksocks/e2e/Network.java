package io.linksocks.e2e;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksClientBuilder;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.LinkSocksServerBuilder;
import io.linksocks.server.ReverseTokenOptions;
import io.linksocks.util.QuietPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.UnaryOperator;

/** A server on loopback with whatever peers a test gives it. */
final class Network implements AutoCloseable {
    static final String PROVIDER_TOKEN = "a provider's token";
    static final String CONNECTOR_TOKEN = "a connector's token";
    static final String API_KEY = "an API key";
    private static final Duration READY_LIMIT = Duration.ofSeconds(30);

    /** Where the SOCKS port is and who dials. */
    enum Mode { REVERSE, AGENT, AUTONOMY }

    final LinkSocksServer server;
    private final Deque<LinkSocksClient> clients = new ArrayDeque<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private int socksPort;

    Network(UnaryOperator<LinkSocksServerBuilder> options) throws IOException {
        server = options.apply(LinkSocksServer.builder().host("127.0.0.1").port(0).apiKey(API_KEY)).build();
        server.start();
    }

    Network() throws IOException {
        this(UnaryOperator.identity());
    }

    /** All that a mode needs; options are for provider and connector. */
    static Network of(Mode mode, UnaryOperator<LinkSocksServerBuilder> serverOptions,
            UnaryOperator<LinkSocksClientBuilder> clientOptions) throws Exception {
        Network network = new Network(serverOptions);
        network.addReverseToken(mode == Mode.AUTONOMY);
        LinkSocksClient provider = network.provider(clientOptions);
        switch (mode) {
            case REVERSE -> network.awaitSocksPort();
            case AGENT -> {
                network.server.addConnectorToken(CONNECTOR_TOKEN, PROVIDER_TOKEN);
                network.connector(clientOptions);
            }
            case AUTONOMY -> {
                provider.addConnectorToken(CONNECTOR_TOKEN);
                network.connector(clientOptions);
            }
        }
        return network;
    }

    static Network of(Mode mode) throws Exception {
        return of(mode, UnaryOperator.identity(), UnaryOperator.identity());
    }

    /** The port of a reverse token opens soon after the first provider was let in. */
    void awaitSocksPort() {
        Await.until("SOCKS port open", () -> {
            try (Socket probe = new Socket("127.0.0.1", socksPort)) {
                return probe.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }

    void addReverseToken(boolean autonomy) throws IOException {
        // The server would choose a port that is free now, and open it when a provider comes: not alone on this machine.
        socksPort = server.addReverseToken(ReverseTokenOptions.builder().token(PROVIDER_TOKEN).connectorAutonomy(autonomy)
                .port(QuietPort.next()).build()).port();
    }

    LinkSocksClient provider(UnaryOperator<LinkSocksClientBuilder> options) throws Exception {
        return start(options.apply(builder(PROVIDER_TOKEN).provider()).build());
    }

    LinkSocksClient provider() throws Exception {
        return provider(UnaryOperator.identity());
    }

    LinkSocksClient connector(UnaryOperator<LinkSocksClientBuilder> options) throws Exception {
        LinkSocksClient connector = start(options.apply(builder(CONNECTOR_TOKEN)).build());
        socksPort = connector.socksAddress().getPort();
        return connector;
    }

    LinkSocksClient connector() throws Exception {
        return connector(UnaryOperator.identity());
    }

    LinkSocksClientBuilder builder(String token) {
        return LinkSocksClient.builder().url("ws://127.0.0.1:" + server.port()).token(token).socksPort(0)
                .environmentProxy(false).reconnectDelay(Duration.ofMillis(50));
    }

    LinkSocksClient start(LinkSocksClient client) throws Exception {
        clients.push(client);
        client.start();
        client.awaitReady(READY_LIMIT);
        return client;
    }

    /** Of the reverse token, or of the newest connector. */
    int socksPort() {
        return socksPort;
    }

    /** A client of that port. */
    SocksTestClient socks() {
        return new SocksTestClient(new InetSocketAddress("127.0.0.1", socksPort));
    }

    /** The answer to {@code GET /api/status}. */
    String status() {
        try {
            return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/api/status"))
                    .header("X-API-Key", API_KEY).build(), HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    void awaitStatus(String part) {
        Await.until("status with " + part, () -> status().contains(part));
    }

    @Override
    public void close() {
        clients.forEach(LinkSocksClient::close);
        server.close();
        http.close();
    }
}
