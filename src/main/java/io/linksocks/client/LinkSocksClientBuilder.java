package io.linksocks.client;

import io.linksocks.access.AccessPolicy;
import io.linksocks.access.AccessRules;
import io.linksocks.access.DenyRule;
import io.linksocks.dial.Dialer;
import io.linksocks.dial.DirectDialer;
import io.linksocks.dial.UpstreamProxy;
import io.linksocks.proxy.PortForward;
import io.linksocks.socks.SocksCredentials;
import io.linksocks.tls.ClientTls;
import io.linksocks.util.Bounds;
import io.linksocks.util.TokenText;
import io.linksocks.websocket.ConnectOptions;
import io.linksocks.websocket.EnvironmentProxies;
import io.linksocks.websocket.FixedProxy;
import io.linksocks.websocket.HttpProxies;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Collects the options of a {@link LinkSocksClient}; each has the default of the command line. */
public final class LinkSocksClientBuilder extends WireOptions {
    private final List<URI> urls = new ArrayList<>();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final List<String> connectorTokens = new ArrayList<>();
    private String token = ClientOptions.NO_TOKEN;
    private boolean reverse;
    private boolean socks = true;
    private String socksHost = "127.0.0.1";
    private int socksPort = 9870;
    private SocksCredentials socksCredentials;
    private boolean socksNoWait;
    private boolean reconnect = true;
    private boolean retryAuth;
    private int threads = 1;
    private Dialer dialer = new DirectDialer();
    private boolean fastOpen;
    private boolean environmentProxy = true;
    private FixedProxy proxy;
    private Duration reconnectDelay = Duration.ofSeconds(5);
    private ClientTls tls = ClientTls.DEFAULT;
    private int maxConnections = 20_000;
    private AccessRules accessRules = AccessRules.NONE;
    private List<DenyRule> denyRules = List.of();
    private boolean denyPrivate;
    private InetSocketAddress metrics;
    private final List<PortForward> forwards = new ArrayList<>();
    private ClientListener listener = new ClientListener() {};

    LinkSocksClientBuilder() {}

    @Override
    LinkSocksClientBuilder self() {
        return this;
    }

    /**
     * Where the server is; may be given several times, the next one is tried when one can't be reached.
     *
     * @param url such as {@code wss://example.com}; without a scheme it is wss
     * @return this builder
     * @throws IllegalArgumentException when it is no URL of a server
     */
    public LinkSocksClientBuilder url(String url) {
        urls.add(ServerUrl.parse(url));
        return this;
    }

    /**
     * What the server lets this client in with.
     *
     * @param value up to 255 bytes of UTF-8
     * @return this builder
     */
    public LinkSocksClientBuilder token(String value) {
        token = Objects.requireNonNull(value, "token");
        return this;
    }

    /**
     * Whether to be a provider: to make connections for the server instead of offering a SOCKS5 port.
     *
     * @param value false at first
     * @return this builder
     */
    public LinkSocksClientBuilder reverse(boolean value) {
        reverse = value;
        return this;
    }

    /**
     * For a provider: a token for {@link LinkSocksClient#addConnector}, from the beginning and until the server accepts it;
     * may be given several times.
     *
     * @param value up to 255 bytes of UTF-8
     * @return this builder
     * @throws IllegalArgumentException when it is longer or has control characters
     */
    public LinkSocksClientBuilder connectorToken(String value) {
        connectorTokens.add(TokenText.check(value));
        return this;
    }

    /**
     * Whether to open a SOCKS5 port; without, the program reaches targets by {@link LinkSocksClient#dial(String, int)} alone.
     *
     * @param value true at first
     * @return this builder
     */
    public LinkSocksClientBuilder socks(boolean value) {
        socks = value;
        return this;
    }

    /**
     * Address of the local SOCKS5 port.
     *
     * @param host a name or an address of this machine; 127.0.0.1 at first
     * @return this builder
     */
    public LinkSocksClientBuilder socksHost(String host) {
        socksHost = Objects.requireNonNull(host, "socksHost");
        return this;
    }

    /**
     * Number of the local SOCKS5 port.
     *
     * @param port 0 to 65535, where 0 takes a free port; 9870 at first
     * @return this builder
     */
    public LinkSocksClientBuilder socksPort(int port) {
        socksPort = Bounds.port(port);
        return this;
    }

    /**
     * What SOCKS clients must present (RFC 1929).
     *
     * @param username 1 to 255 bytes of UTF-8; null when nothing is asked for, as at first
     * @param password up to 255 bytes of UTF-8; ignored without a user name
     * @return this builder
     * @throws IllegalArgumentException when one of them is too long, or the user name is empty
     */
    public LinkSocksClientBuilder socksCredentials(String username, String password) {
        socksCredentials = username == null ? null : new SocksCredentials(username, password);
        return this;
    }

    /**
     * Opens the SOCKS port at once instead of with the first connection to the server.
     *
     * @param value false at first
     * @return this builder
     */
    public LinkSocksClientBuilder socksNoWait(boolean value) {
        socksNoWait = value;
        return this;
    }

    /**
     * Whether to connect again after a connection has ended, or could not be made. Without, the client ends when each server
     * was tried in vain.
     *
     * @param value true at first
     * @return this builder
     */
    public LinkSocksClientBuilder reconnect(boolean value) {
        reconnect = value;
        return this;
    }

    /**
     * Whether to try again after the server refused the token.
     *
     * @param value false at first
     * @return this builder
     */
    public LinkSocksClientBuilder retryAuth(boolean value) {
        retryAuth = value;
        return this;
    }

    /**
     * How many WebSockets to spread connections over.
     *
     * @param count at least 1, as at first
     * @return this builder
     */
    public LinkSocksClientBuilder threads(int count) {
        threads = Bounds.positive("threads", count);
        return this;
    }

    /**
     * As a provider, reaches targets through this proxy: {@code socks5://[user:password@]host[:port]} or {@code http://...}.
     *
     * @param url with the user's name and password percent-encoded
     * @return this builder
     * @throws IllegalArgumentException when it is no such URL
     */
    public LinkSocksClientBuilder upstreamProxy(URI url) {
        dialer = UpstreamProxy.parse(url);
        return this;
    }

    /**
     * Answers SOCKS requests before the target is connected.
     *
     * @param value false at first
     * @return this builder
     */
    public LinkSocksClientBuilder fastOpen(boolean value) {
        fastOpen = value;
        return this;
    }

    /**
     * Whether to honour http_proxy, https_proxy and no_proxy.
     *
     * @param value true at first
     * @return this builder
     */
    public LinkSocksClientBuilder environmentProxy(boolean value) {
        environmentProxy = value;
        return this;
    }

    /**
     * Reaches the server through this HTTP proxy, whatever the environment says: {@code http://[user:password@]host[:port]}.
     *
     * @param url with the user's name and password percent-encoded
     * @return this builder
     * @throws IllegalArgumentException when it is no such URL
     */
    public LinkSocksClientBuilder proxy(URI url) {
        proxy = FixedProxy.parse(url);
        return this;
    }

    /**
     * The pause after a failed attempt; it grows by half each time, up to a minute.
     *
     * @param delay not negative; 5 seconds at first
     * @return this builder
     */
    public LinkSocksClientBuilder reconnectDelay(Duration delay) {
        reconnectDelay = Bounds.notNegative("reconnectDelay", delay);
        return this;
    }

    /**
     * A further header for the WebSocket handshake.
     *
     * @param name of the field
     * @param value of the field, which no log will show
     * @return this builder
     * @throws IllegalArgumentException when there can't be such a header, or the handshake sets it itself
     */
    public LinkSocksClientBuilder header(String name, String value) {
        ConnectOptions.checkHeader(name, value);
        headers.put(name, value);
        return this;
    }

    /**
     * Trusts the certificates in this PEM file instead of the platform's, for wss.
     *
     * @param file read when the client starts; null for the platform's
     * @return this builder
     */
    public LinkSocksClientBuilder ca(Path file) {
        tls = tls.withAuthorities(file);
        return this;
    }

    /**
     * Trusts anybody: whoever is between client and server can read and change everything.
     *
     * @param value false at first
     * @return this builder
     */
    public LinkSocksClientBuilder insecure(boolean value) {
        tls = tls.withInsecure(value);
        return this;
    }

    /**
     * For wss, asks for this name (SNI, RFC 6066) instead of the URL's host, and wants to see it in the certificate.
     *
     * @param name null for the URL's host
     * @return this builder
     * @throws IllegalArgumentException when it is no host name
     */
    public LinkSocksClientBuilder sni(String name) {
        tls = tls.withServerName(name);
        return this;
    }

    /**
     * TCP connections to the SOCKS port at once.
     *
     * @param count at least 1; 20,000 at first
     * @return this builder
     */
    public LinkSocksClientBuilder maxConnections(int count) {
        maxConnections = Bounds.positive("maxConnections", count);
        return this;
    }

    /**
     * What may be asked for on the SOCKS port; in reverse, what this provider connects to.
     *
     * @param rules {@link AccessRules#NONE} allows all, as at first
     * @return this builder
     */
    public LinkSocksClientBuilder accessRules(AccessRules rules) {
        accessRules = Objects.requireNonNull(rules, "accessRules");
        return this;
    }

    /**
     * What is refused in the same place, whatever the rules allow.
     *
     * @param rules copied; none at first
     * @return this builder
     */
    public LinkSocksClientBuilder denyRules(List<DenyRule> rules) {
        denyRules = List.copyOf(rules);
        return this;
    }

    /**
     * Whether addresses of hosts themselves, their neighbours and private networks are refused in the same place.
     *
     * @param value false at first
     * @return this builder
     */
    public LinkSocksClientBuilder denyPrivate(boolean value) {
        denyPrivate = value;
        return this;
    }

    /**
     * Opens a further port with the SOCKS port, which leads to one target: {@code [udp/][address:]port:host:port}, as after
     * {@code ssh -L}, on loopback when there is no address. May be given several times.
     *
     * @param forward such as {@code 5432:db.example:5432}
     * @return this builder
     * @throws IllegalArgumentException when it is no such text
     */
    public LinkSocksClientBuilder forward(String forward) {
        forwards.add(PortForward.parse(forward));
        return this;
    }

    /**
     * Hears how the client fares.
     *
     * @param hearer called by the threads of the connections
     * @return this builder
     */
    public LinkSocksClientBuilder listener(ClientListener hearer) {
        listener = Objects.requireNonNull(hearer, "listener");
        return this;
    }

    /**
     * Shows metrics in the OpenMetrics format at {@code /metrics} of a port of its own. Null does not.
     *
     * @param address null, as at first, for none
     * @return this builder
     */
    public LinkSocksClientBuilder metrics(InetSocketAddress address) {
        metrics = address;
        return this;
    }

    /**
     * A check of the way to the servers that a client with these options would take.
     *
     * @return a check, which has not begun
     * @throws IllegalStateException as {@link #build}
     */
    public ConnectionCheck check() {
        return new ConnectionCheck(options());
    }

    /**
     * A client with these options.
     *
     * @return a client, which is to be started
     * @throws IllegalStateException when there are connector tokens for a client that is no provider, or forwards for one
     *     or without a SOCKS5 port
     */
    public LinkSocksClient build() {
        return new LinkSocksClient(options());
    }

    private HttpProxies proxies() {
        return proxy == null && environmentProxy ? new EnvironmentProxies(System.getenv()) : proxy;
    }

    private ClientOptions options() {
        if (!reverse && !connectorTokens.isEmpty()) {
            throw new IllegalStateException("only a provider has connector tokens");
        }
        if (reverse && !forwards.isEmpty()) {
            throw new IllegalStateException("a provider has no ports to forward");
        }
        if (!socks && !forwards.isEmpty()) {
            throw new IllegalStateException("forwards open with the SOCKS5 port, which is turned off");
        }
        List<URI> servers = urls.isEmpty() ? List.of(ServerUrl.parse("ws://localhost:8765")) : List.copyOf(urls);
        return new ClientOptions(servers, token, reverse, List.copyOf(connectorTokens), socks, socksHost,
                socksPort, socksCredentials, socksNoWait, reconnect, retryAuth, threads, batch(), fastOpen,
                proxies(), reconnectDelay, Map.copyOf(headers), tls, dialer, features(),
                resumeTimeout(), limits(), maxConnections,
                new AccessPolicy(accessRules, denyRules, denyPrivate), List.copyOf(forwards), metrics, listener);
    }
}
