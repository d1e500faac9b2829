package io.linksocks.server;

import static java.lang.System.Logger.Level.INFO;

import io.linksocks.access.AccessRules;
import io.linksocks.cluster.NodeFolder;
import io.linksocks.http.HttpServer;
import io.linksocks.http.Limits;
import io.linksocks.http.Strangers;
import io.linksocks.metrics.MetricsPort;
import io.linksocks.protocol.CloseCode;
import io.linksocks.tls.ServerTls;
import io.linksocks.util.Bounds;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * A LinkSocks server: accepts WebSockets from peers with a token, and dials targets for clients, itself or through
 * providers. Tokens can be added and removed while it runs.
 *
 * <pre>{@code
 * try (LinkSocksServer server = LinkSocksServer.builder().host("127.0.0.1").port(0).build()) {
 *     String token = server.addForwardToken(null);
 *     server.start();
 *     int port = server.port();
 *     ...
 * }
 * }</pre>
 */
public final class LinkSocksServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LinkSocksServer.class.getName());

    private final ServerOptions options;
    private final ServerCounters counters = new ServerCounters(() -> this.http);
    private final Clients clients;
    private final AccessConfig access;
    private final TokenRegistry tokens;
    private final Drain drain;
    private final StoredTokens storedTokens;
    private final TokenWatch watch;
    private FileTokens fileTokens;
    private Nodes nodes;
    private Cluster cluster;
    private HttpServer http;
    private ServerPages pages;
    private MetricsPort metricsPort;
    private ServerSocket listener;

    LinkSocksServer(ServerOptions options) {
        this.options = options;
        this.clients = new Clients(counters, options.listener());
        this.access = new AccessConfig(options.entry(), options.dial(), counters.relay);
        this.tokens = new TokenRegistry(options, access, counters);
        this.watch = new TokenWatch(tokens, clients, counters.events);
        this.storedTokens = new StoredTokens(options.stateDirectory(), tokens);
        this.drain = new Drain(clients, tokens);
    }

    /**
     * Returns a builder with the defaults of the command line.
     *
     * @return a new builder
     */
    public static LinkSocksServerBuilder builder() {
        return new LinkSocksServerBuilder();
    }

    // --- life ------------------------------------------------------------------------------------------------------

    /**
     * Opens the port and serves it until {@link #close}.
     *
     * @throws IOException naming the address when the port can't be opened, the TLS file that can't be used, the line of
     *     the token file that can't be applied, the file of stored tokens that can't be read or written, or why
     *     the cluster can't be joined
     * @throws IllegalStateException when the server was started before
     */
    public void start() throws IOException {
        if (listener != null) {
            throw new IllegalStateException("the server was started before; build another one");
        }
        ServerTls tls = tls();
        listener = bind();
        try {
            serve(tls);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void serve(ServerTls tls) throws IOException {
        TrustedProxies proxies = new TrustedProxies(options.trustedProxies());
        Gatekeeper gatekeeper = new Gatekeeper(proxies,
                new FailureLimiter(System::nanoTime), counters, options.maxClients(), tls);
        meetOthers(gatekeeper);
        pages = new ServerPages(tokens, cluster == null ? storedTokens : cluster.tokens(), watch, access, counters,
                clients, gatekeeper, drain, cluster, options);
        http = http(tls, proxies, gatekeeper);
        startTokens();
        if (options.metrics() != null) {
            metricsPort = pages.openMetricsPort(options.metrics(), options.reusePort());
        }
        pages.start();
        watch.start();
        http.start();
        LOG.log(INFO, () -> "WebSocket port open on " + new Endpoint(options.host(), port())
                + (tls == null ? "" : ", with TLS"));
    }

    /** Finds the other servers of this host, and those of the cluster. */
    private void meetOthers(Gatekeeper gatekeeper) throws IOException {
        if (options.cluster() != null) {
            cluster = new Cluster(options, tokens, clients.directory(), gatekeeper, counters);
            drain.shareWith(cluster);
        }
        if (options.nodeDirectory() != null) {
            nodes = Nodes.ofHost(new NodeFolder(options.nodeDirectory()), clients.directory(), gatekeeper, counters,
                    options.maxConnections());
            nodes.start();
            drain.shareWith(nodes);
        }
    }

    private HttpServer http(ServerTls tls, TrustedProxies proxies, Gatekeeper gatekeeper) {
        WebSocketEntrance entrance = new WebSocketEntrance(tokens, access, gatekeeper, options, counters, clients,
                drain, nodes, cluster == null ? null : cluster.servers());
        HttpServer server = new HttpServer(listener, tls == null ? HttpServer.SocketLayer.NONE : tls::secure, pages.routes(),
                entrance, Limits.connections(options.maxConnections()), Strangers.within(options.maxConnections(), tls != null));
        server.refuseBy(options.apiKey() == null ? (path, refusal) -> refusal.response() : ApiGate::refuse);
        if (options.proxyProtocol()) {
            server.behind(proxies::isTrusted);
        }
        return server;
    }

    private void startTokens() throws IOException {
        if (options.tokenFile() != null) {
            fileTokens = new FileTokens(options.tokenFile(), tokens);
            fileTokens.start();
        }
        if (cluster == null) {
            storedTokens.start();
            tokens.traffic().load();
        } else {
            storedTokens.warnOfCluster();
            cluster.start();
        }
    }

    /**
     * Checks the files that the options name, as {@link #start} does, without opening a port.
     *
     * @throws IOException naming the certificate, key, token file or other file that can't be used
     */
    public void checkFiles() throws IOException {
        tls();
        if (options.tokenFile() != null) {
            FileTokens.check(options.tokenFile());
        }
        if (options.nodeDirectory() != null) {
            NodeFolder.check(options.nodeDirectory());
        }
        if (options.cluster() != null) {
            options.cluster().open().close();
            storedTokens.warnOfCluster();
        } else if (options.stateDirectory() != null) {
            StoredTokens.check(options.stateDirectory());
        }
    }

    /** Null for none. */
    private ServerTls tls() throws IOException {
        return options.tls() == null ? null : options.tls().open();
    }

    private ServerSocket bind() throws IOException {
        try {
            return Sockets.listen(new InetSocketAddress(options.host(), options.port()), options.reusePort());
        } catch (IOException e) {
            throw Sockets.unavailable(new Endpoint(options.host(), options.port()), e,
                    "another port with port(...) or another address with host(...)", "host(...)");
        }
    }

    /**
     * Returns the number of the WebSocket port.
     *
     * @return the port that the system chose, when the option is 0
     * @throws IllegalStateException when the server has not been started
     */
    public int port() {
        if (listener == null) {
            throw new IllegalStateException("the server has not been started");
        }
        return listener.getLocalPort();
    }

    /**
     * Returns the address of the separate metrics port.
     *
     * @return null when there is none
     */
    public InetSocketAddress metricsAddress() {
        return metricsPort == null ? null : metricsPort.address();
    }

    /**
     * Gives up the ports and waits until the last channel has ended, or the time is over. Clients that know how connect
     * again beside their present connection, and open new channels there; they need another server behind the same URL, such
     * as one that {@linkplain LinkSocksServerBuilder#reusePort shares the port}. A server of a cluster without a {@linkplain
     * LinkSocksServerBuilder#nodeDirectory folder for servers of its host} keeps its ports, by which the other servers reach its
     * sessions, and is not ready. To be followed by {@link #close}.
     *
     * @param time how long channels may go on, up to a year
     * @throws InterruptedException when the thread was interrupted before or meanwhile
     * @throws IllegalStateException when the server has not been started
     */
    public void drain(Duration time) throws InterruptedException {
        Bounds.notNegative("time", time);
        if (http == null) {
            throw new IllegalStateException("the server has not been started");
        }
        if (cluster == null || nodes != null) {
            http.leave();
            if (metricsPort != null) {
                metricsPort.leave();
            }
        }
        if (nodes != null) {
            nodes.leave();
        }
        drain.run(time);
    }

    /** Closes all sessions gracefully, then the port and every connection. */
    @Override
    public void close() {
        if (pages != null) {
            pages.stop();
        }
        if (fileTokens != null) {
            fileTokens.close();
        }
        if (cluster != null) {
            cluster.close();
        }
        clients.stop();
        tokens.close(CloseCode.GOING_AWAY, Clients.STOPS);
        clients.close();
        watch.close();
        if (nodes != null) {
            nodes.close();
        }
        if (http != null) {
            http.close();
        } else if (listener != null) {
            Sockets.close(listener);
        }
        if (metricsPort != null) {
            metricsPort.close();
        }
    }

    // --- tokens ----------------------------------------------------------------------------------------------------

    /**
     * Lets clients with this token reach targets through the server.
     *
     * @param token null for 32 random hexadecimal digits
     * @return the token
     * @throws IllegalArgumentException when the token exists already or is not valid
     */
    public String addForwardToken(String token) {
        return addForwardToken(token, AccessRules.NONE);
    }

    /**
     * Lets clients with this token reach the targets that its own rules allow, in place of those of the server.
     *
     * @param token null for 32 random hexadecimal digits
     * @param rules {@link AccessRules#NONE} for those of the server
     * @return the token
     */
    public String addForwardToken(String token, AccessRules rules) {
        return tokens.add(new TokenRecord.Forward(token, rules, TokenSettings.DEFAULT)).value();
    }

    /**
     * Lets providers with this token reach targets for a SOCKS port of the server and for connectors. The port opens with
     * the first provider unless {@link LinkSocksServerBuilder#socksNoWait} is set.
     *
     * @param wanted options of the token
     * @return the token and its port
     * @throws IllegalArgumentException when the token exists already or is not valid
     * @throws IOException naming the SOCKS port when it can't be opened
     */
    public AddedReverseToken addReverseToken(ReverseTokenOptions wanted) throws IOException {
        ReverseToken added = tokens.add(TokenRecord.reverse(wanted));
        return new AddedReverseToken(added.value(), added.port());
    }

    /**
     * Lets connectors with this token reach targets through the providers of a reverse token.
     *
     * @param token null for 32 random hexadecimal digits
     * @param reverseToken of the providers
     * @return the token
     * @throws IllegalArgumentException when the token exists already or is not valid, or when the reverse token does not exist
     *     or has connector autonomy
     */
    public String addConnectorToken(String token, String reverseToken) {
        return addConnectorToken(token, reverseToken, AccessRules.NONE);
    }

    /**
     * Lets connectors with this token reach the targets that its own rules allow, in place of those of the reverse token
     * or the server.
     *
     * @param token null for 32 random hexadecimal digits
     * @param reverseToken of the providers
     * @param rules {@link AccessRules#NONE} for those of the reverse token or, if it has none, of the server
     * @return the token
     */
    public String addConnectorToken(String token, String reverseToken, AccessRules rules) {
        return tokens.add(new TokenRecord.Connector(token, reverseToken, rules, TokenSettings.DEFAULT)).value();
    }

    /**
     * Changes the name and the limits of a token; clients that it admits no more are disconnected.
     *
     * @param token of any type
     * @param settings to replace the present ones
     * @return false when the token does not exist
     */
    public boolean changeToken(String token, TokenSettings settings) {
        boolean found = tokens.change(token, settings) != null;
        watch.enforce();
        return found;
    }

    /**
     * Removes a token and disconnects its users. Removing a reverse token closes its SOCKS port and removes its connector
     * tokens.
     *
     * @param token of any type
     * @return false when the token does not exist
     */
    public boolean removeToken(String token) {
        return tokens.remove(token);
    }

    // --- what there is ---------------------------------------------------------------------------------------------

    /**
     * Lists the tokens.
     *
     * @return a snapshot, in no order
     */
    public List<TokenStatus> tokens() {
        return tokens.all().stream().map(token -> new TokenStatus(token.value(), ClientRole.of(token),
                token.account().settings(), token.clients())).toList();
    }

    /**
     * Lists the clients, providers and connectors, with those that may still resume.
     *
     * @return a snapshot, the oldest first
     */
    public List<ConnectedClient> clients() {
        return clients.all().stream().map(Clients.Client::info)
                .sorted(Comparator.comparingLong(ConnectedClient::id)).toList();
    }

    /**
     * Lists the open channels of all clients.
     *
     * @return a snapshot, in no order
     */
    public List<ChannelStatus> channels() {
        return clients.all().stream().flatMap(client -> client.channels().stream()).toList();
    }
}
