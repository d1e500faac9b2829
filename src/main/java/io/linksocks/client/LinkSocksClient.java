package io.linksocks.client;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.RelayCounters;
import io.linksocks.metrics.MetricsPage;
import io.linksocks.metrics.MetricsPort;
import io.linksocks.protocol.Message;
import io.linksocks.proxy.EntryOptions;
import io.linksocks.proxy.SocksIngress;
import io.linksocks.relay.NoSessionException;
import io.linksocks.relay.SessionPool;
import io.linksocks.relay.TargetEgress;
import io.linksocks.session.ChannelAcceptor;
import io.linksocks.session.Session;
import io.linksocks.session.SessionCounters;
import io.linksocks.util.Endpoint;
import io.linksocks.util.TokenText;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.SocketFactory;
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

    private static final int GOING_AWAY = 1001;

    private final ClientOptions options;
    private final SessionPool sessions = new SessionPool();
    private final RelayCounters counters = new RelayCounters();
    private final SessionCounters sessionCounters = new SessionCounters();
    private final DestinationGuard guard;
    private final SocksIngress ports;
    private final TunnelDialer dialer;
    private final ConnectorTokens connectorTokens;
    private volatile long partners;
    private volatile MetricsPort metricsPort;
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile boolean stopped;
    private final List<Tunnel> tunnels = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    LinkSocksClient(ClientOptions options) {
        this.options = options;
        this.guard = new DestinationGuard(options::access, counters);
        this.ports = new SocksIngress(new Endpoint(options.socksHost(), options.socksPort()),
                new EntryOptions(options.socksCredentials(), options.fastOpen(), options.batch(), options.maxConnections(),
                        guard, counters, options.forwards()));
        this.dialer = new TunnelDialer(sessions, guard, options.batch());
        this.connectorTokens = new ConnectorTokens(sessions, options.connectorTokens(), options.reconnectDelay());
    }

    /**
     * Begins a client.
     *
     * @return options with the defaults of the command line
     */
    public static LinkSocksClientBuilder builder() {
        return new LinkSocksClientBuilder();
    }

    /**
     * Starts connecting and returns at once.
     *
     * @throws LinkSocksException when a port that is to be opened at once is taken, or the file of authorities is no use
     * @throws IllegalStateException when it was started or closed before
     */
    public void start() throws LinkSocksException {
        if (stopped || !started.compareAndSet(false, true)) {
            throw new IllegalStateException("a client is started once, and not after its end: build another");
        }
        SSLContext tls = prepare();
        Tunnel.Shared shared = new Tunnel.Shared(this, options, sessions, acceptor(), connectorTokens,
                sessionCounters, UUID.randomUUID(), tls);
        for (int i = 0; i < options.threads(); i++) {
            Tunnel tunnel = new Tunnel(shared);
            tunnels.add(tunnel);
            tunnel.start();
        }
        if (stopped) {
            shutDown();
        }
    }

    /**
     * Reads the file of authorities, if the options name one, as {@link #start} will.
     *
     * @throws LinkSocksException when it can't be used
     */
    public void checkFiles() throws LinkSocksException {
        try {
            options.tls().context();
        } catch (IOException e) {
            throw LinkSocksException.local(e);
        }
    }

    private SSLContext prepare() throws LinkSocksException {
        try {
            SSLContext tls = options.tls().context();
            if (options.tls().insecure()) {
                LOG.log(WARNING, "--insecure: certificates are not checked; anybody in between can read and change everything");
            }
            if (options.socksNoWait()) {
                openPorts();
            }
            if (options.metrics() != null) {
                openMetrics();
            }
            return tls;
        } catch (IOException e) {
            throw LinkSocksException.local(e);
        }
    }

    private void openPorts() throws IOException {
        if (options.socks() && !options.reverse()) {
            ports.open(sessions);
        }
    }

    private void openMetrics() throws IOException {
        ClientMetrics own = new ClientMetrics(sessions, sessionCounters, counters);
        MetricsPage page = new MetricsPage(own, sessionCounters, sessions::all, counters);
        metricsPort = new MetricsPort(options.metrics(), page, own::obstacle);
    }

    private ChannelAcceptor acceptor() {
        return options.reverse()
                ? new TargetEgress(options.dialer(), options.batch(), counters).guardedBy(guard)
                : ChannelAcceptor.refuseAll("this client does not dial");
    }

    /**
     * Waits until the server has accepted a connection and the SOCKS port, if there is one, is open.
     *
     * @param timeout more than zero
     * @throws TimeoutException when that takes longer
     * @throws LinkSocksException when the client ended for good before
     * @throws InterruptedException when the thread was interrupted before or meanwhile
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
     * @throws InterruptedException when the thread was interrupted before or meanwhile
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

    /**
     * The local SOCKS5 address.
     *
     * @return null while the port is not open, and when there is none
     */
    public InetSocketAddress socksAddress() {
        return ports.address();
    }

    /**
     * Where metrics are to be had.
     *
     * @return null when nowhere
     */
    public InetSocketAddress metricsAddress() {
        return metricsPort == null ? null : metricsPort.address();
    }

    /**
     * The local addresses of the forwards.
     *
     * @return in their order; none while they are not open
     */
    public List<InetSocketAddress> forwardAddresses() {
        return ports.forwards();
    }

    /**
     * How the client fares just now.
     *
     * @return a snapshot
     */
    public ClientStatus status() {
        List<Session> attached = sessions.all().stream().filter(Session::isAttached).toList();
        long roundTrip = attached.stream().mapToLong(Session::smoothedRtt).filter(nanos -> nanos > 0).min().orElse(0);
        return new ClientStatus(attached.size(), Duration.ofNanos(roundTrip), sessions.channelCount(),
                sessionCounters.resumes.sum(), sessionCounters.sentBytes.sum(), sessionCounters.receivedBytes.sum());
    }

    // --- connections of the program itself -----------------------------------------------------------------------------

    /**
     * Connects to a target through the tunnel. While there is no connection to the server, this waits up to 10 seconds for
     * one, and then 15 for the target.
     *
     * @param host a name, which the other side of the tunnel looks up, or an address literal
     * @param port 1 to 65535
     * @return a connection whose target has accepted it
     * @throws java.net.ConnectException when the target can't be reached or the {@linkplain
     *     LinkSocksClientBuilder#accessRules rules} of either side forbid it, with the reason; when there is no connection
     *     to the server; and when this client has ended or been closed
     * @throws java.io.InterruptedIOException when the thread is interrupted, and it still is
     * @throws IllegalArgumentException when there can't be such a host or port
     * @throws IllegalStateException when this client is a provider or has not been started
     */
    public TunnelConnection dial(String host, int port) throws IOException {
        return dial(host, port, TunnelDialer.NO_LIMIT);
    }

    /**
     * The same within a time.
     *
     * @param host a name, which the other side of the tunnel looks up, or an address literal
     * @param port 1 to 65535
     * @param timeout for all of it; more than 25 seconds is as good as no limit
     * @return a connection whose target has accepted it
     * @throws java.net.SocketTimeoutException when that takes longer
     */
    public TunnelConnection dial(String host, int port, Duration timeout) throws IOException {
        if (options.reverse()) {
            throw new IllegalStateException("a provider connects to what the server asks it to, and nothing else");
        }
        if (!started.get()) {
            throw new IllegalStateException("the client has not been started");
        }
        try {
            return dialer.dial(host, port, timeout);
        } catch (NoSessionException e) {
            throw (IOException) new ConnectException(whyNoServer(e)).initCause(e);
        }
    }

    private String whyNoServer(NoSessionException e) {
        if (closed.isCompletedExceptionally()) {
            return "the client has ended: " + closed.exceptionNow().getMessage();
        }
        return stopped ? "the client is closed" : "no connection to the server: " + e.getMessage();
    }

    /**
     * Sockets for code that takes a {@link SocketFactory}: what they connect to is {@linkplain #dial(String, int) dialled}.
     * A name that was not resolved before goes through the tunnel as a name ({@link InetSocketAddress#createUnresolved}), and
     * the socket's {@link java.net.Socket#getInetAddress} is 0.0.0.0 then. An {@link javax.net.ssl.SSLSocketFactory} can put
     * TLS around one. They cannot be bound, and of their options only the read timeout and a linger time of 0 have an effect.
     *
     * @return a factory, which works as long as this client does; for use by any thread
     */
    public SocketFactory socketFactory() {
        return new TunnelSocketFactory(this);
    }

    /**
     * A way for code that knows proxies: {@link java.net.http.HttpClient.Builder#proxy}, or {@link ProxySelector#setDefault}
     * for everything in the process that asks no other. All goes through the SOCKS port of this client, local targets too,
     * so a login at that port is asked for by way of {@link java.net.Authenticator}.
     *
     * @return a selector that leads everything to the port, whether the client works or not; for use by any thread
     * @throws IllegalStateException when the port is not open (see {@link #awaitReady}), or there shall be none
     */
    public ProxySelector proxySelector() {
        InetSocketAddress address = socksAddress();
        if (address == null) {
            throw new IllegalStateException("there is no SOCKS port, or it is not open yet: wait with awaitReady");
        }
        return new LocalProxies(address);
    }

    // --- partners and connectors -------------------------------------------------------------------------------------

    /**
     * How many connections of connectors a provider has, or of providers a connector.
     *
     * @return what the server last told; 0 before
     */
    public long partners() {
        return partners;
    }

    /**
     * For a provider whose server lets it: connectors with this token reach targets through this provider from now on. After
     * a reconnect the client sees to it again.
     *
     * @param token null for one that the server generates
     * @return the token
     * @throws LinkSocksException when the server refuses, such as because the token exists already
     * @throws TimeoutException when there is no connection or no answer in 10 seconds
     * @throws InterruptedException when the thread was interrupted before or meanwhile
     * @throws IllegalStateException when this client is no provider
     * @throws IllegalArgumentException when the token is longer than 255 bytes or has control characters
     */
    public String addConnector(String token) throws LinkSocksException, TimeoutException, InterruptedException {
        checkProvider();
        return connectorTokens.add(token == null ? null : TokenText.check(token));
    }

    /**
     * Takes back a token that this provider has added; its connectors are cut off.
     *
     * @param token as it was added
     * @throws LinkSocksException when the server refuses, such as because the token is not of this provider
     * @throws TimeoutException when there is no connection or no answer in 10 seconds
     * @throws InterruptedException when the thread was interrupted before or meanwhile
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

    /** Tells the server, closes the SOCKS port and every connection; without effect when it is closed already. */
    @Override
    public void close() {
        shutDown();
        closed.complete(null);
    }

    private void shutDown() {
        stopped = true;
        tunnels.forEach(Tunnel::stop);
        sessions.closeAll(GOING_AWAY, "client stops");
        ports.close();
        if (metricsPort != null) {
            metricsPort.close();
        }
    }

    // --- what the tunnels report -------------------------------------------------------------------------------------

    void onConnected(String server) throws LinkSocksException {
        try {
            openPorts();
        } catch (IOException e) {
            throw LinkSocksException.local(e);
        }
        options.listener().connected(server);
        ready.complete(null);
    }

    /** Called for a message that concerns no channel, on the readers of sessions, so it does not block. */
    void onMessage(Message message) {
        switch (message) {
            case Message.Partners told -> {
                LOG.log(DEBUG, () -> "partners: " + told.count());
                partners = told.count();
                options.listener().partnersChanged(told.count());
            }
            case Message.ConnectorResponse answer -> connectorTokens.onAnswer(answer);
            case Message.Log line -> LOG.log(DEBUG, () -> "the server says: " + line.text());
            default -> LOG.log(DEBUG, () -> "ignored from the server: " + message);
        }
    }

    void onFatal(LinkSocksException error) {
        closed.completeExceptionally(error);
        shutDown();
    }
}
