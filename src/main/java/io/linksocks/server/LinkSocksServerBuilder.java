package io.linksocks.server;

import io.linksocks.access.AccessPolicy;
import io.linksocks.access.AccessRules;
import io.linksocks.access.DenyRule;
import io.linksocks.dial.Dialer;
import io.linksocks.dial.DirectDialer;
import io.linksocks.dial.UpstreamProxy;
import io.linksocks.session.SessionLimits;
import io.linksocks.util.Bounds;
import io.linksocks.wire.WireSettings;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Collects the options of a {@link LinkSocksServer}; each has the default of the command line. */
public final class LinkSocksServerBuilder extends FrontOptions {
    private String host = "0.0.0.0";
    private int port = 8765;
    private WireSettings wire = WireSettings.DEFAULT;
    private Dialer dialer = new DirectDialer();
    private int maxConnections = 20_000;
    private int maxClients = 10_000;
    private int maxChannels = SessionLimits.DEFAULT.channels();
    private String socksHost = "127.0.0.1";
    private boolean socksNoWait;
    private boolean fastOpen;
    private String apiKey;
    private Duration connectorWaitProvider = Duration.ofSeconds(5);
    private AccessRules entryRules = AccessRules.NONE;
    private AccessRules dialRules = AccessRules.NONE;
    private List<DenyRule> denyRules = List.of();
    private boolean denyPrivate;
    private boolean allowSealed;
    private InetSocketAddress metrics;
    private boolean reusePort;
    private Path nodeDirectory;
    private ClusterSettings cluster;
    private Path tokenFile;
    private Path stateDirectory;
    private boolean metricsByToken;
    private ServerListener listener = new ServerListener() {};

    LinkSocksServerBuilder() {}

    @Override
    LinkSocksServerBuilder self() {
        return this;
    }

    /**
     * Sets the address of the WebSocket port.
     *
     * @param address a name or an address of this machine; default 0.0.0.0
     * @return this builder
     */
    public LinkSocksServerBuilder host(String address) {
        host = Bounds.hostAlone("host", address, "port(...)");
        return this;
    }

    /**
     * Sets the number of the WebSocket port.
     *
     * @param number 0 to 65535, where 0 chooses a free one; default 8765
     * @return this builder
     */
    public LinkSocksServerBuilder port(int number) {
        port = Bounds.port("port", number);
        return this;
    }

    /**
     * Sets extensions of the protocol and batching.
     *
     * @param settings {@link WireSettings#DEFAULT} by default
     * @return this builder
     */
    public LinkSocksServerBuilder wire(WireSettings settings) {
        wire = Objects.requireNonNull(settings, "wire");
        return this;
    }

    /**
     * Dials targets through this proxy: {@code socks5://[user:password@]host[:port]} or {@code http://...}.
     *
     * @param url with the user's name and password percent-encoded
     * @return this builder
     * @throws IllegalArgumentException when it is no such URL
     */
    public LinkSocksServerBuilder upstreamProxy(URI url) {
        dialer = UpstreamProxy.parse(url);
        return this;
    }

    /**
     * Limits concurrent TCP connections, to the WebSocket port and to each SOCKS port.
     *
     * @param count at least 1; default 20,000
     * @return this builder
     */
    public LinkSocksServerBuilder maxConnections(int count) {
        maxConnections = Bounds.positive("maxConnections", count);
        return this;
    }

    /**
     * Limits concurrent authenticated clients; further ones are told to retry later.
     *
     * @param count at least 1; default 10,000
     * @return this builder
     */
    public LinkSocksServerBuilder maxClients(int count) {
        maxClients = Bounds.positive("maxClients", count);
        return this;
    }

    /**
     * Limits concurrent channels of one client.
     *
     * @param count at least 1; default 65,536
     * @return this builder
     */
    public LinkSocksServerBuilder maxChannels(int count) {
        maxChannels = Bounds.positive("maxChannels", count);
        return this;
    }

    /**
     * Sets the address of the SOCKS ports of reverse tokens.
     *
     * @param address a name or an address of this machine; default 127.0.0.1
     * @return this builder
     */
    public LinkSocksServerBuilder socksHost(String address) {
        socksHost = Bounds.hostAlone("socksHost", address, "socksPort(...)");
        return this;
    }

    /**
     * Sets whether the SOCKS port of a reverse token opens at once instead of with its first provider.
     *
     * @param value default false
     * @return this builder
     */
    public LinkSocksServerBuilder socksNoWait(boolean value) {
        socksNoWait = value;
        return this;
    }

    /**
     * Sets whether SOCKS requests are answered before the target is connected.
     *
     * @param value default false
     * @return this builder
     */
    public LinkSocksServerBuilder fastOpen(boolean value) {
        fastOpen = value;
        return this;
    }

    /**
     * Enables the HTTP API, which requires this key in each request.
     *
     * @param key printable ASCII without leading or trailing spaces, as for a header; null, the default, for no API
     * @return this builder
     * @throws IllegalArgumentException when the key is empty or has other characters
     */
    public LinkSocksServerBuilder apiKey(String key) {
        if (key != null && key.isEmpty()) {
            throw new IllegalArgumentException("the API key must not be empty");
        }
        if (key != null && !key.matches("[!-~]([ -~]*[!-~])?")) {
            throw new IllegalArgumentException("the API key must be printable ASCII without leading or trailing spaces");
        }
        apiKey = key;
        return this;
    }

    /**
     * Sets how long a connector's request waits for a provider.
     *
     * @param timeout not negative; default 5 seconds
     * @return this builder
     */
    public LinkSocksServerBuilder connectorWaitProvider(Duration timeout) {
        connectorWaitProvider = Bounds.notNegative("connectorWaitProvider", timeout);
        return this;
    }

    /**
     * Sets the targets that SOCKS ports and connectors may reach, unless their token has its own rules.
     *
     * @param rules {@link AccessRules#NONE}, the default, allows all
     * @return this builder
     */
    public LinkSocksServerBuilder entryRules(AccessRules rules) {
        entryRules = Objects.requireNonNull(rules, "entryRules");
        return this;
    }

    /**
     * Sets the targets that the server dials for clients, unless their token has its own rules.
     *
     * @param rules {@link AccessRules#NONE}, the default, allows all
     * @return this builder
     */
    public LinkSocksServerBuilder dialRules(AccessRules rules) {
        dialRules = Objects.requireNonNull(rules, "dialRules");
        return this;
    }

    /**
     * Denies targets to all clients; takes precedence over all allow rules.
     *
     * @param rules copied; default none
     * @return this builder
     */
    public LinkSocksServerBuilder denyRules(List<DenyRule> rules) {
        denyRules = List.copyOf(rules);
        return this;
    }

    /**
     * Sets whether loopback, link-local and private addresses are denied to all clients.
     *
     * @param value default false
     * @return this builder
     */
    public LinkSocksServerBuilder denyPrivate(boolean value) {
        denyPrivate = value;
        return this;
    }

    /**
     * Sets whether connectors may ask for sealed targets although there are access rules for them. Only the provider can read
     * and judge such a target. Without rules they may.
     *
     * @param value default false
     * @return this builder
     */
    public LinkSocksServerBuilder allowSealed(boolean value) {
        allowSealed = value;
        return this;
    }

    /**
     * Adds the tokens of a file with one per line: {@code forward TOKEN}, {@code reverse TOKEN [PORT]} or
     * {@code connector TOKEN REVERSE_TOKEN}, and {@link TokenSettings} behind it such as {@code name=laptop clients=2}. The
     * file is reloaded on change.
     *
     * @param file null, the default, for none
     * @return this builder
     */
    public LinkSocksServerBuilder tokenFile(Path file) {
        tokenFile = file;
        return this;
    }

    /**
     * Sets the folder in which tokens that the HTTP API adds, and the traffic of all tokens, survive a restart.
     *
     * @param folder created when it does not exist, for this user alone; null, the default, to forget these tokens
     * @return this builder
     */
    public LinkSocksServerBuilder stateDirectory(Path folder) {
        stateDirectory = folder;
        return this;
    }

    /**
     * Sets whether metrics show the clients, channels and traffic of each token that has a name, by that name.
     *
     * @param value default false
     * @return this builder
     */
    public LinkSocksServerBuilder metricsByToken(boolean value) {
        metricsByToken = value;
        return this;
    }

    /**
     * Serves metrics in the OpenMetrics format at {@code /metrics} on a separate port, without a key.
     *
     * @param address null, the default, for none
     * @return this builder
     */
    public LinkSocksServerBuilder metrics(InetSocketAddress address) {
        metrics = address;
        return this;
    }

    /**
     * Sets a listener for connecting and disconnecting peers.
     *
     * @param hearer called on the threads of the connections
     * @return this builder
     */
    public LinkSocksServerBuilder listener(ServerListener hearer) {
        listener = Objects.requireNonNull(hearer, "listener");
        return this;
    }

    /**
     * Sets whether other processes of the same user may listen on the same ports at the same time (SO_REUSEPORT, on Linux), so
     * that one server can take the place of another without refusing a connection: start the new one, then
     * {@linkplain LinkSocksServer#drain drain} the old one.
     *
     * @param reuse off by default, so a port in use is an error
     * @return this builder
     */
    public LinkSocksServerBuilder reusePort(boolean reuse) {
        reusePort = reuse;
        return this;
    }

    /**
     * Sets the folder in which servers of this host find each other's sessions, so that a client whose WebSocket breaks while
     * its server {@linkplain LinkSocksServer#drain drains} resumes through the new one.
     *
     * @param folder created when it does not exist; only this user may write to it; null, as by default, for none
     * @return this builder
     */
    public LinkSocksServerBuilder nodeDirectory(Path folder) {
        nodeDirectory = folder;
        return this;
    }

    /**
     * Lets the server take part in a cluster, whose servers share the tokens that are added by the HTTP API.
     *
     * @param settings null, as by default, for none
     * @return this builder
     */
    public LinkSocksServerBuilder cluster(ClusterSettings settings) {
        cluster = settings;
        return this;
    }

    /**
     * Creates a server with these options.
     *
     * @return a server that is not started yet
     * @throws IllegalStateException when {@link #clientCa(Path)} or {@link #clientCa(KeyStore)} does not fit {@code tls}
     */
    public LinkSocksServer build() {
        return new LinkSocksServer(options());
    }

    ServerOptions options() {
        return new ServerOptions(host, port, tls(), maxConnections, maxClients, maxChannels, wire, dialer, socksHost,
                socksNoWait, fastOpen, apiKey, connectorWaitProvider,
                new AccessPolicy(entryRules, denyRules, denyPrivate, allowSealed),
                new AccessPolicy(dialRules, denyRules, denyPrivate), trustedProxies(), proxyProtocol(), tokenFile,
                stateDirectory, metricsByToken, metrics, reusePort, nodeDirectory, cluster, listener);
    }
}
