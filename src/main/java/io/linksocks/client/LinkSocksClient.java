package io.linksocks.client;

import static java.lang.System.Logger.Level.WARNING;

import io.linksocks.metrics.MetricsPage;
import io.linksocks.metrics.MetricsPort;
import io.linksocks.metrics.ProcessMetrics;
import io.linksocks.metrics.Readiness;
import io.linksocks.metrics.RelayMetrics;
import io.linksocks.metrics.SessionMetrics;
import io.linksocks.relay.BatchOptions;
import io.linksocks.relay.DestinationGuard;
import io.linksocks.relay.RelayCounters;
import io.linksocks.relay.SessionPool;
import io.linksocks.relay.TargetEgress;
import io.linksocks.session.ChannelAcceptor;
import io.linksocks.session.SessionCounters;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/**
 * A client that keeps a connection to a LinkSocks server and offers a local SOCKS5 port whose connections the server
 * makes, or a provider behind it; in reverse, it is such a provider and makes connections itself.
 *
 * <pre>{@code
 * try (LinkSocksClient client = LinkSocksClient.builder().url("wss://example.com").token("secret").build()) {
 *     client.start();
 *     client.awaitReady(Duration.ofSeconds(10));
 *     InetSocketAddress proxy = client.socksAddress();
 *     ...
 * }
 * }</pre>
 */
public final class LinkSocksClient implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LinkSocksClient.class.getName());

    private final ClientOptions options;
    private final SessionPool sessions = new SessionPool();
    private final RelayCounters counters = new RelayCounters();
    private final SessionCounters sessionCounters = new SessionCounters();
    private final LocalPort port;
    private final ConnectorTokens connectorTokens;
    private final ServerMessages messages;
    private MetricsPort metricsPort;
    private final List<Tunnel> tunnels = new ArrayList<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    LinkSocksClient(ClientOptions options) {
        this.options = options;
        this.port = new LocalPort(options, sessions, counters);
        this.connectorTokens = new ConnectorTokens(sessions, options.connectorTokens(), options.reconnectDelay());
        this.messages = new ServerMessages(connectorTokens, options.listener());
    }

    public static LinkSocksClientBuilder builder() {
        return new LinkSocksClientBuilder();
    }

    /**
     * Starts connecting and returns at once.
     *
     * @throws LinkSocksException when a port that is to be opened at once is taken, or the file of authorities is no use
     */
    public void start() throws LinkSocksException {
        SSLContext tls = tls();
        if (options.tls().insecure()) {
            LOG.log(WARNING, "--insecure: certificates are not checked; anybody in between can read and change everything");
        }
        if (options.socksNoWait() && !options.reverse()) {
            port.open();
        }
        openMetrics();
        Tunnel.Shared shared = new Tunnel.Shared(this, options, sessions, acceptor(), connectorTokens, messages,
                sessionCounters, UUID.randomUUID(), tls);
        for (int i = 0; i < options.threads(); i++) {
            Tunnel tunnel = new Tunnel(shared);
            tunnels.add(tunnel);
            tunnel.start();
        }
    }

    /**
     * Reads the file of authorities, if the options name one, as {@link #start} will.
     *
     * @throws LinkSocksException when it can't be used
     */
    public void checkFiles() throws LinkSocksException {
        tls();
    }

    private void openMetrics() throws LinkSocksException {
        if (options.metrics() == null) {
            return;
        }
        ClientMetrics own = new ClientMetrics(sessions, sessionCounters, counters);
        MetricsPage page = new MetricsPage(List.of(own, new SessionMetrics(sessionCounters, sessions::all),
                new RelayMetrics(counters), new ProcessMetrics()));
        try {
            metricsPort = new MetricsPort(options.metrics(), page, new Readiness(own::obstacle));
        } catch (IOException e) {
            throw new LinkSocksException(LinkSocksException.Kind.LOCAL, e.getMessage());
        }
    }

    private SSLContext tls() throws LinkSocksException {
        try {
            return options.tls().context();
        } catch (IOException e) {
            throw new LinkSocksException(LinkSocksException.Kind.LOCAL, e.getMessage());
        }
    }

    private ChannelAcceptor acceptor() {
        return options.reverse()
                ? new TargetEgress(options.dialer(), BatchOptions.DEFAULT.withBufferSize(options.bufferSize()), counters)
                        .guardedBy(new DestinationGuard(options::access, counters))
                : ChannelAcceptor.refuseAll("this client does not dial");
    }

    /**
     * Waits until the server has accepted a connection and the SOCKS port, if there is one, is open.
     *
     * @throws TimeoutException when that takes longer
     * @throws LinkSocksException when the client ended for good before
     */
    public void awaitReady(Duration timeout) throws LinkSocksException, TimeoutException, InterruptedException {
        try {
            CompletableFuture.anyOf(ready, closed).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw ended(e);
        }
    }

    /**
     * Waits for the end: returns after {@link #close}.
     *
     * @throws LinkSocksException when the client ended by itself
     */
    public void awaitClosed() throws LinkSocksException, InterruptedException {
        try {
            closed.get();
        } catch (ExecutionException e) {
            throw ended(e);
        }
    }

    private static LinkSocksException ended(ExecutionException e) {
        return e.getCause() instanceof LinkSocksException known
                ? known
                : new LinkSocksException(LinkSocksException.Kind.LOCAL, String.valueOf(e.getCause()));
    }

    /** The local SOCKS5 address; null while the port is not open, and in reverse. */
    public InetSocketAddress socksAddress() {
        return port.address();
    }

    /** Where metrics are to be had; null when nowhere. */
    public InetSocketAddress metricsAddress() {
        return metricsPort == null ? null : metricsPort.address();
    }

    /** The local addresses of the forwards in their order; none while they are not open. */
    public List<InetSocketAddress> forwardAddresses() {
        return port.forwards();
    }

    // --- partners and connectors -------------------------------------------------------------------------------------

    /** How many connections of connectors a provider has, or of providers a connector, as the server last told. */
    public long partners() {
        return messages.partners();
    }

    /**
     * For a provider whose server lets it: connectors with this token reach targets through this provider from now on. After
     * a reconnect the client sees to it again.
     *
     * @param token null for one that the server makes up
     * @return the token
     * @throws LinkSocksException when the server refuses, such as because the token exists already
     * @throws TimeoutException when there is no connection or no answer in time
     * @throws IllegalStateException when this client is no provider
     */
    public String addConnector(String token) throws LinkSocksException, TimeoutException, InterruptedException {
        checkProvider();
        return connectorTokens.add(token);
    }

    /**
     * Takes back a token that this provider has added; its connectors are cut off.
     *
     * @throws LinkSocksException when the server refuses, such as because the token is not of this provider
     * @throws TimeoutException when there is no connection or no answer in time
     * @throws IllegalStateException when this client is no provider
     */
    public void removeConnector(String token) throws LinkSocksException, TimeoutException, InterruptedException {
        checkProvider();
        connectorTokens.remove(token);
    }

    private void checkProvider() {
        if (!options.reverse()) {
            throw new IllegalStateException("only a provider has connectors");
        }
    }

    // --- the end ---------------------------------------------------------------------------------------------------

    /** Tells the server, closes the SOCKS port and every connection. */
    @Override
    public void close() {
        shutDown();
        closed.complete(null);
    }

    private void shutDown() {
        for (Tunnel tunnel : tunnels) {
            tunnel.close();
        }
        port.close();
        if (metricsPort != null) {
            metricsPort.close();
        }
    }

    // --- what the tunnels report -------------------------------------------------------------------------------------

    void onConnected(String server) throws LinkSocksException {
        if (!options.reverse()) {
            port.open();
        }
        options.listener().connected(server);
        ready.complete(null);
    }

    void onFatal(LinkSocksException error) {
        closed.completeExceptionally(error);
        shutDown();
    }
}
