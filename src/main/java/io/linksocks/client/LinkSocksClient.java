package io.linksocks.client;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.RelayCounters;
import io.linksocks.metrics.MetricsPage;
import io.linksocks.metrics.MetricsPort;
import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.Message;
import io.linksocks.proxy.EntryOptions;
import io.linksocks.proxy.SocksIngress;
import io.linksocks.relay.SessionPool;
import io.linksocks.relay.TargetEgress;
import io.linksocks.seal.Secret;
import io.linksocks.seal.SecretRing;
import io.linksocks.session.ChannelAcceptor;
import io.linksocks.session.Session;
import io.linksocks.session.SessionCounters;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;

/**
 * A client of a LinkSocks server. It keeps a connection to the server and opens a local SOCKS5 port; the server, or a provider
 * connected to it, dials the targets. A {@linkplain LinkSocksClientBuilder#provider provider} dials them itself.
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
    private final DestinationGuard guard;
    private final SocksIngress ports;
    private final TunnelDialer dialer;
    private final ConnectorTokens connectorTokens;
    /** Of a provider. */
    private final SecretRing secrets = new SecretRing();
    /** As the server last told; negative before. */
    private final AtomicLong partners = new AtomicLong(-1);
    private volatile MetricsPort metricsPort;
    private final ClientLife life = new ClientLife();
    private final List<Tunnel> tunnels = new CopyOnWriteArrayList<>();

    LinkSocksClient(ClientOptions options) {
        this.options = options;
        this.guard = new DestinationGuard(options::access, counters);
        this.ports = new SocksIngress(new Endpoint(options.socksHost(), options.socksPort()),
                "another port with socksPort(...) or another address with socksHost(...)",
                new EntryOptions(options.socksCredentials(), options.fastOpen(), options.batch(), options.maxConnections(),
                        guard, counters, options.forwards(), false, options.login().secret()));
        this.dialer = new TunnelDialer(options, life, sessions, guard);
        this.connectorTokens = new ConnectorTokens(options, sessions, secrets);
        secrets.add(options.login());
    }

    /**
     * Creates a builder.
     *
     * @return a builder with the defaults of the command line
     */
    public static LinkSocksClientBuilder builder() {
        return new LinkSocksClientBuilder();
    }

    /**
     * A secret for {@link LinkSocksClientBuilder#token}, as {@code linksocks secret} prints one.
     *
     * @return 256 random bits as text
     */
    public static String newSecret() {
        return Secret.generate();
    }

    /**
     * Starts connecting and returns at once.
     *
     * @throws LinkSocksException when a port that opens at once is in use, or the file of authorities can't be read
     * @throws IllegalStateException when the client was started or closed before
     */
    public void start() throws LinkSocksException {
        life.start();
        SSLContext tls = prepare();
        Tunnel.Shared shared = new Tunnel.Shared(this, options, sessions, acceptor(), connectorTokens,
                sessionCounters, new FaultLog(System::nanoTime), UUID.randomUUID(), tls);
        for (int i = 0; i < options.reach().threads(); i++) {
            Tunnel tunnel = new Tunnel(shared);
            tunnels.add(tunnel);
            tunnel.start();
        }
        if (life.isStopped()) {
            shutDown();
        }
    }

    /**
     * Checks the file of authorities, if there is one, as {@link #start} will.
     *
     * @throws LinkSocksException when it can't be read
     */
    public void checkFiles() throws LinkSocksException {
        try {
            tls();
        } catch (IOException e) {
            throw LinkSocksException.local(e);
        }
    }

    private SSLContext tls() throws IOException {
        SSLContext tls = options.reach().tls().context();
        if (options.reach().tls().insecure()) {
            LOG.log(WARNING,
                    "insecure(true): certificates are not checked; anybody in between can read and change all traffic");
        }
        return tls;
    }

    private SSLContext prepare() throws LinkSocksException {
        try {
            SSLContext tls = tls();
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
        if (options.socks() && !options.provider()) {
            ports.open(sessions);
        }
    }

    private void openMetrics() throws IOException {
        ClientMetrics own = new ClientMetrics(sessions, sessionCounters, counters);
        MetricsPage page = new MetricsPage(own, sessionCounters, sessions::all, counters);
        metricsPort = new MetricsPort(options.metrics(), page, own::obstacle, false);
    }

    private ChannelAcceptor acceptor() {
        return options.provider()
                ? new TargetEgress(options.dialer(), options.batch(), counters).guardedBy(guard).sealedBy(secrets)
                : ChannelAcceptor.refuseAll("this client does not dial");
    }

    /**
     * Waits until the server has accepted a connection and the SOCKS port, if there is one, is open.
     *
     * @param timeout at least a millisecond
     * @throws TimeoutException when that takes longer; the message says what was wrong at the last attempt
     * @throws LinkSocksException when the client has ended or was closed
     * @throws InterruptedException when the thread is interrupted
     */
    public void awaitReady(Duration timeout) throws LinkSocksException, TimeoutException, InterruptedException {
        life.awaitReady(timeout);
    }

    /**
     * Waits until the client is closed.
     *
     * @throws LinkSocksException when the client ended for another reason
     * @throws InterruptedException when the thread is interrupted
     */
    public void awaitClosed() throws LinkSocksException, InterruptedException {
        life.awaitClosed();
    }

    /**
     * Returns the address of the SOCKS5 port.
     *
     * @return null before the port is open, and when there is none
     */
    public InetSocketAddress socksAddress() {
        return ports.address();
    }

    /**
     * Returns the address of the port for metrics.
     *
     * @return null when there is none
     */
    public InetSocketAddress metricsAddress() {
        return metricsPort == null ? null : metricsPort.address();
    }

    /**
     * Returns the local addresses of the forwards.
     *
     * @return in their order; empty before they are open
     */
    public List<InetSocketAddress> forwardAddresses() {
        return ports.forwards();
    }

    /**
     * Returns the present state of the connections.
     *
     * @return a snapshot
     */
    public ClientStatus status() {
        List<Session> attached = sessions.all().stream().filter(Session::isAttached).toList();
        long roundTrip = attached.stream().mapToLong(Session::smoothedRtt).filter(nanos -> nanos > 0).min().orElse(0);
        return ClientStatus.builder().connections(attached.size()).roundTrip(Duration.ofNanos(roundTrip))
                .channels(sessions.channelCount()).resumes(sessionCounters.resumes.sum())
                .sentBytes(sessionCounters.takenBytes.sum()).receivedBytes(sessionCounters.passedOnBytes.sum()).build();
    }

    // --- connections of the program itself -----------------------------------------------------------------------------

    /**
     * Connects to a target through the tunnel. Waits up to 10 seconds for a connection to the server, and 15 for the target.
     *
     * @param host a name, which the other side of the tunnel looks up, or an address literal
     * @param port 1 to 65535
     * @return a connection that the target has accepted
     * @throws java.net.ConnectException when the target can't be reached or the {@linkplain
     *     LinkSocksClientBuilder#accessRules rules} of either side forbid it, with the reason; when there is no connection
     *     to the server; and when this client has ended or been closed
     * @throws java.io.InterruptedIOException when the thread is interrupted, and it still is
     * @throws IllegalArgumentException when host or port are malformed
     * @throws IllegalStateException when this client is a provider or has not been started
     */
    public TunnelConnection dial(String host, int port) throws IOException {
        return dial(host, port, TunnelDialer.NO_LIMIT);
    }

    /**
     * Connects to a target through the tunnel within a timeout.
     *
     * @param host a name, which the other side of the tunnel looks up, or an address literal
     * @param port 1 to 65535
     * @param timeout for all of it, at least a millisecond; more than 25 seconds has no effect
     * @return a connection that the target has accepted
     * @throws java.net.SocketTimeoutException when the timeout expires
     */
    public TunnelConnection dial(String host, int port, Duration timeout) throws IOException {
        return dialer.dial(host, port, timeout);
    }

    /**
     * Opens a UDP port at the other side of the tunnel within a timeout.
     *
     * @param timeout for all of it, at least a millisecond; more than 25 seconds has no effect
     * @return a tunnel for datagrams to any target
     * @throws java.net.SocketTimeoutException when the timeout expires
     * @throws java.net.ConnectException when the other side has no UDP, as behind an HTTP proxy, and as
     *     {@link #dial(String, int)}
     * @throws IllegalStateException when this client is a provider or has not been started
     */
    public DatagramTunnel openDatagrams(Duration timeout) throws IOException {
        return dialer.openDatagrams(timeout);
    }

    /**
     * Returns a factory of sockets that {@linkplain #dial(String, int) dial} through the tunnel. An unresolved name
     * ({@link InetSocketAddress#createUnresolved}) goes through the tunnel as a name, and {@link java.net.Socket#getInetAddress}
     * is 0.0.0.0 then. An {@link javax.net.ssl.SSLSocketFactory} can put TLS around a socket. Sockets can't be bound, and of
     * their options only the read timeout and a linger time of 0 have an effect.
     *
     * @return a thread-safe factory, which works as long as this client does
     */
    public SocketFactory socketFactory() {
        return new TunnelSocketFactory(this);
    }

    /**
     * Returns a selector for {@link java.net.http.HttpClient.Builder#proxy}, or for a whole process with
     * {@link ProxySelector#setDefault}. It selects the SOCKS5 port of this client for all targets, including local ones. If that
     * port has a login, {@link java.net.Authenticator} provides it.
     *
     * @return a thread-safe selector, which selects the port even when it is closed
     * @throws IllegalStateException when the port is not open (see {@link #awaitReady}), or there is none
     */
    public ProxySelector proxySelector() {
        InetSocketAddress address = socksAddress();
        if (address == null) {
            throw new IllegalStateException("there is no SOCKS5 port, or it is not open yet: wait with awaitReady");
        }
        return new LocalProxies(address);
    }

    // --- partners and connectors -------------------------------------------------------------------------------------

    /**
     * Returns how many connections of connectors a provider has, or of providers a connector.
     *
     * @return what the server last reported; 0 before
     */
    public long partners() {
        return Math.max(0, partners.get());
    }

    /**
     * Adds a connector token: connectors with this token reach targets through this provider, if its server allows that. After
     * a reconnect the client adds the token again.
     *
     * @param token null for one that the server generates; after {@code token#secret} this provider refuses channels that are
     *     not sealed
     * @return the token, as it was given
     * @throws LinkSocksException when the server refuses, for instance because the token exists already
     * @throws TimeoutException when there is no connection or no answer in 10 seconds
     * @throws InterruptedException when the thread is interrupted
     * @throws IllegalStateException when this client is not a provider
     * @throws IllegalArgumentException when the token is longer than 255 bytes or has control characters, or the secret is
     *     malformed
     */
    public String addConnectorToken(String token) throws LinkSocksException, TimeoutException, InterruptedException {
        return connectorTokens.add(token);
    }

    /**
     * Removes a token that this provider has added, and disconnects its connectors.
     *
     * @param token as it was added, with its secret or without
     * @throws LinkSocksException when the server refuses, for instance because this provider has not added the token
     * @throws TimeoutException when there is no connection or no answer in 10 seconds
     * @throws InterruptedException when the thread is interrupted
     * @throws IllegalStateException when this client is not a provider
     */
    public void removeConnectorToken(String token) throws LinkSocksException, TimeoutException, InterruptedException {
        connectorTokens.remove(token);
    }

    // --- closing ---------------------------------------------------------------------------------------------------

    /** Closes the local ports, all connections and those to the server. Does nothing when the client is closed already. */
    @Override
    public void close() {
        shutDown();
        life.close();
    }

    private void shutDown() {
        life.stop();
        tunnels.forEach(Tunnel::stop);
        sessions.closeAll(CloseCode.GOING_AWAY, "client stops");
        ports.close();
        if (metricsPort != null) {
            metricsPort.close();
        }
    }

    // --- called by the tunnels -------------------------------------------------------------------------------------

    void onFault(String fault) {
        life.obstruct(fault);
    }

    void onConnected(String server) throws LinkSocksException {
        try {
            openPorts();
        } catch (IOException e) {
            throw LinkSocksException.local(e);
        }
        options.listener().connected(server);
        life.ready();
    }

    /** Called for a message that concerns no channel, on the readers of sessions, so it does not block. */
    void onMessage(Message message) {
        switch (message) {
            case Message.Partners told -> onPartners(told.count());
            case Message.ConnectorResponse answer -> connectorTokens.onAnswer(answer);
            case Message.Log line -> LOG.log(DEBUG, () -> "the server says: " + line.text());
            default -> LOG.log(DEBUG, () -> "ignored from the server: " + message);
        }
    }

    private void onPartners(long count) {
        LOG.log(DEBUG, () -> "partners: " + count);
        long before = partners.getAndSet(count);
        if (!options.provider() && count == 0 && before != 0) {
            LOG.log(INFO, "no provider is connected for this token: connections wait for one, and fail if none comes");
        } else if (!options.provider() && count > 0 && before == 0) {
            LOG.log(INFO, "a provider is connected for this token");
        }
        options.listener().partnersChanged(count);
    }

    /** Starts the tunnel that takes the place of one whose server drains. */
    void onLeave(Tunnel successor) {
        tunnels.add(successor);
        successor.start();
        if (life.isStopped()) {
            successor.stop();
        }
    }

    void onTunnelOver(Tunnel tunnel) {
        tunnels.remove(tunnel);
    }

    void onFatal(LinkSocksException error) {
        life.fail(error);
        shutDown();
    }
}
