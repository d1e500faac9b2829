package io.linksocks.client;

import io.linksocks.access.AccessPolicy;
import io.linksocks.access.AccessRules;
import io.linksocks.access.DenyRule;
import io.linksocks.dial.Dialer;
import io.linksocks.dial.DirectDialer;
import io.linksocks.dial.UpstreamProxy;
import io.linksocks.proxy.PortForward;
import io.linksocks.seal.SealedToken;
import io.linksocks.socks.SocksCredentials;
import io.linksocks.util.Bounds;
import io.linksocks.util.TokenText;
import io.linksocks.wire.WireSettings;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Collects the options of a {@link LinkSocksClient}; each has the default of the command line. */
public final class LinkSocksClientBuilder extends ReachOptions {
    private final List<SealedToken> connectorTokens = new ArrayList<>();
    private SealedToken token = new SealedToken(TokenText.ANONYMOUS, null);
    private boolean provider;
    private boolean socks = true;
    private String socksHost = "127.0.0.1";
    private int socksPort = 9870;
    private SocksCredentials socksCredentials;
    private boolean socksNoWait;
    private WireSettings wire = WireSettings.DEFAULT;
    private Dialer dialer = new DirectDialer();
    private boolean fastOpen;
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
     * Sets the token with which this client authenticates. With a secret behind it, {@code token#secret}, all channels
     * between a connector and a provider are sealed: the server that relays them can neither read nor change them. Both ends
     * need the same secret, which never leaves them.
     *
     * @param value up to 255 bytes of UTF-8 in front of {@code #}, and a {@linkplain LinkSocksClient#newSecret secret}
     *     behind it
     * @return this builder
     * @throws IllegalArgumentException when the token is longer or has control characters, or what follows {@code #} is no
     *     such secret; the message does not repeat them
     */
    public LinkSocksClientBuilder token(String value) {
        token = checked(Objects.requireNonNull(value, "token"));
        return this;
    }

    /**
     * Makes this client a provider, which dials targets for the server instead of opening a SOCKS5 port.
     *
     * @return this builder
     */
    public LinkSocksClientBuilder provider() {
        provider = true;
        return this;
    }

    /**
     * Adds a connector token of a provider, as {@link LinkSocksClient#addConnectorToken} does, and retries until the server
     * accepts it. With a secret, as for {@link #token}, this provider refuses all channels that are not sealed.
     *
     * @param value up to 255 bytes of UTF-8, and perhaps {@code #} and a secret
     * @return this builder
     * @throws IllegalArgumentException when it is longer or has control characters, or the secret is none
     */
    public LinkSocksClientBuilder connectorToken(String value) {
        connectorTokens.add(checked(value));
        return this;
    }

    private static SealedToken checked(String value) {
        SealedToken parsed = SealedToken.parse(value);
        TokenText.check(parsed.token());
        return parsed;
    }

    /**
     * Sets whether to open a SOCKS5 port. Without it, only the program itself reaches targets, by
     * {@link LinkSocksClient#dial(String, int)} and {@link LinkSocksClient#openDatagrams}.
     *
     * @param value true by default
     * @return this builder
     */
    public LinkSocksClientBuilder socks(boolean value) {
        socks = value;
        return this;
    }

    /**
     * Sets the address of the local SOCKS5 port.
     *
     * @param host a name or an address of this machine; 127.0.0.1 by default
     * @return this builder
     */
    public LinkSocksClientBuilder socksHost(String host) {
        socksHost = Bounds.hostAlone("socksHost", host, "socksPort(...)");
        return this;
    }

    /**
     * Sets the number of the local SOCKS5 port.
     *
     * @param port 0 to 65535, where 0 takes a free port; 9870 by default
     * @return this builder
     */
    public LinkSocksClientBuilder socksPort(int port) {
        socksPort = Bounds.port("socksPort", port);
        return this;
    }

    /**
     * Sets the user name and password that clients of the SOCKS5 port must present (RFC 1929).
     *
     * @param username 1 to 255 bytes of UTF-8; null, the default, for no authentication
     * @param password up to 255 bytes of UTF-8; ignored without a user name
     * @return this builder
     * @throws IllegalArgumentException when one of them is too long, or the user name is empty
     */
    public LinkSocksClientBuilder socksCredentials(String username, String password) {
        socksCredentials = username == null ? null : new SocksCredentials(username, password);
        return this;
    }

    /**
     * Opens the SOCKS5 port at once instead of with the first connection to the server.
     *
     * @param value false by default
     * @return this builder
     */
    public LinkSocksClientBuilder socksNoWait(boolean value) {
        socksNoWait = value;
        return this;
    }

    /**
     * Sets extensions of the protocol and batching.
     *
     * @param settings {@link WireSettings#DEFAULT} by default
     * @return this builder
     */
    public LinkSocksClientBuilder wire(WireSettings settings) {
        wire = Objects.requireNonNull(settings, "wire");
        return this;
    }

    /**
     * Sets the proxy through which a provider reaches targets: {@code socks5://[user:password@]host[:port]} or
     * {@code http://...}.
     *
     * @param url with the user's name and password percent-encoded
     * @return this builder
     * @throws IllegalArgumentException when it is not such a URL
     */
    public LinkSocksClientBuilder upstreamProxy(URI url) {
        dialer = UpstreamProxy.parse(url);
        return this;
    }

    /**
     * Answers requests at the SOCKS5 port before the target is connected.
     *
     * @param value false by default
     * @return this builder
     */
    public LinkSocksClientBuilder fastOpen(boolean value) {
        fastOpen = value;
        return this;
    }

    /**
     * Limits the concurrent TCP connections to each local port.
     *
     * @param count at least 1; 20,000 by default
     * @return this builder
     */
    public LinkSocksClientBuilder maxConnections(int count) {
        maxConnections = Bounds.positive("maxConnections", count);
        return this;
    }

    /**
     * Sets the targets that this client may ask for, or a provider may connect to.
     *
     * @param rules {@link AccessRules#NONE}, the default, allows all
     * @return this builder
     */
    public LinkSocksClientBuilder accessRules(AccessRules rules) {
        accessRules = Objects.requireNonNull(rules, "accessRules");
        return this;
    }

    /**
     * Sets targets that are refused even if {@link #accessRules} allow them.
     *
     * @param rules copied; none by default
     * @return this builder
     */
    public LinkSocksClientBuilder denyRules(List<DenyRule> rules) {
        denyRules = List.copyOf(rules);
        return this;
    }

    /**
     * Sets whether loopback, link-local and private addresses are refused as well.
     *
     * @param value false by default
     * @return this builder
     */
    public LinkSocksClientBuilder denyPrivate(boolean value) {
        denyPrivate = value;
        return this;
    }

    /**
     * Adds a port that opens with the SOCKS5 port and leads to one target: {@code [udp/][address:]port:host:port[,proxy=v2]},
     * as after {@code ssh -L}. It is on loopback by default. With {@code ,proxy=v2}, for TCP only, the target first gets a
     * header of the PROXY protocol with the addresses of the accepted connection.
     *
     * @param forward such as {@code 5432:db.example:5432}
     * @return this builder
     * @throws IllegalArgumentException when it has another form
     */
    public LinkSocksClientBuilder forward(String forward) {
        forwards.add(PortForward.parse(forward));
        return this;
    }

    /**
     * Sets a listener for connections and partners.
     *
     * @param value called on the threads of the connections
     * @return this builder
     */
    public LinkSocksClientBuilder listener(ClientListener value) {
        listener = Objects.requireNonNull(value, "listener");
        return this;
    }

    /**
     * Serves metrics in the OpenMetrics format at {@code /metrics} of a port of their own.
     *
     * @param address null, the default, for no such port
     * @return this builder
     */
    public LinkSocksClientBuilder metrics(InetSocketAddress address) {
        metrics = address;
        return this;
    }

    /**
     * Creates a check of the connection that a client with these options would make.
     *
     * @return a check that has not begun
     * @throws IllegalStateException as {@link #build}
     */
    public ConnectionCheck check() {
        return new ConnectionCheck(options());
    }

    /**
     * Creates a client with these options.
     *
     * @return a client that is not started
     * @throws IllegalStateException when a client that is not a provider has connector tokens, a provider or a client without
     *     a SOCKS5 port has forwards, or there are both {@link #certificate} and {@link
     *     #tls(javax.net.ssl.SSLContext)}
     */
    public LinkSocksClient build() {
        return new LinkSocksClient(options());
    }

    private ClientOptions options() {
        if (!provider && !connectorTokens.isEmpty()) {
            throw new IllegalStateException("only a provider has connector tokens");
        }
        if (provider && !forwards.isEmpty()) {
            throw new IllegalStateException("a provider has no ports to forward");
        }
        if (!socks && !forwards.isEmpty()) {
            throw new IllegalStateException("forwards open with the SOCKS5 port, which is turned off");
        }
        return new ClientOptions(reach(), token, provider, List.copyOf(connectorTokens), socks, socksHost,
                socksPort, socksCredentials, socksNoWait, fastOpen, dialer, wire, maxConnections,
                new AccessPolicy(accessRules, denyRules, denyPrivate), List.copyOf(forwards), metrics, listener);
    }
}
