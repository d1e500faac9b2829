package io.linksocks.server;

import io.linksocks.access.AccessPolicy;
import io.linksocks.access.AccessRules;
import io.linksocks.access.AddressRange;
import io.linksocks.access.DenyRule;
import io.linksocks.dial.Dialer;
import io.linksocks.dial.DirectDialer;
import io.linksocks.dial.UpstreamProxy;
import io.linksocks.protocol.Features;
import io.linksocks.relay.BatchOptions;
import io.linksocks.session.SessionLimits;
import io.linksocks.util.Bounds;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Collects the options of a {@link LinkSocksServer}; each has the default of the command line. */
public final class LinkSocksServerBuilder {
    private String host = "0.0.0.0";
    private int port = 8765;
    private Path certificate;
    private Path key;
    private BatchOptions batch = BatchOptions.DEFAULT;
    private Dialer dialer = new DirectDialer();
    private int maxConnections = 20_000;
    private int maxClients = 10_000;
    private int maxChannels = SessionLimits.DEFAULT.channels();

    private Duration resumeTimeout = Duration.ofSeconds(60);
    private Duration halfClosedTimeout = SessionLimits.DEFAULT.halfClosed();
    private boolean resume = true;
    private boolean flow = true;
    private boolean fin = true;
    private boolean fair = true;
    private String socksHost = "127.0.0.1";
    private boolean socksNoWait;
    private boolean fastOpen;
    private String apiKey;
    private Duration connectorWaitProvider = Duration.ofSeconds(5);
    private AccessRules entryRules = AccessRules.NONE;
    private AccessRules dialRules = AccessRules.NONE;
    private List<DenyRule> denyRules = List.of();
    private boolean denyPrivate;
    private List<AddressRange> trustedProxies = List.of();
    private InetSocketAddress metrics;
    private Path tokenFile;
    private ServerListener listener = new ServerListener() {};

    LinkSocksServerBuilder() {}

    /**
     * Address of the WebSocket port.
     *
     * @param address a name or an address of this machine; 0.0.0.0 at first
     * @return this builder
     */
    public LinkSocksServerBuilder host(String address) {
        host = Objects.requireNonNull(address, "host");
        return this;
    }

    /**
     * Number of the WebSocket port.
     *
     * @param number 0 to 65535, where 0 takes a free port; 8765 at first
     * @return this builder
     */
    public LinkSocksServerBuilder port(int number) {
        port = Bounds.port(number);
        return this;
    }

    /**
     * Serves wss and https instead of ws and http; both files are in PEM form and are read again when they have changed.
     *
     * @param certificateFile the server's certificate, and behind it those that lead from it to an authority
     * @param keyFile         its private key, not encrypted: PKCS#8, or the older forms of RSA and EC keys
     * @return this builder
     */
    public LinkSocksServerBuilder tls(Path certificateFile, Path keyFile) {
        certificate = Objects.requireNonNull(certificateFile, "certificate file");
        key = Objects.requireNonNull(keyFile, "key file");
        return this;
    }

    /**
     * The largest batch of stream bytes in one message.
     *
     * @param bytes 1 to 16 MiB; 1 MiB at first
     * @return this builder
     * @throws IllegalArgumentException when it is out of range
     */
    public LinkSocksServerBuilder bufferSize(int bytes) {
        batch = batch.withBufferSize(bytes);
        return this;
    }

    /**
     * The smallest batch that is compressed, if that makes it smaller.
     *
     * @param bytes 1 to 16 MiB, or 0 to compress nothing; 512 KiB at first
     * @return this builder
     * @throws IllegalArgumentException when it is out of range
     */
    public LinkSocksServerBuilder compressionThreshold(int bytes) {
        batch = batch.withCompressionThreshold(bytes);
        return this;
    }

    /**
     * Whether a batch may grow while the source has more to give; without, every read is sent at once.
     *
     * @param value true at first
     * @return this builder
     */
    public LinkSocksServerBuilder dynamicBatching(boolean value) {
        batch = batch.withDynamic(value);
        return this;
    }

    /**
     * How long a batch of a fast stream may grow: at first the shorter time, then up to the longer one. A batch never waits
     * for a source that has nothing to give.
     *
     * @param min not negative; 20 milliseconds at first
     * @param max not below min, 10 seconds at the most; 500 milliseconds at first
     * @return this builder
     * @throws IllegalArgumentException when they are out of range
     */
    public LinkSocksServerBuilder batchingTimeLimits(Duration min, Duration max) {
        batch = batch.withDelays(min, max);
        return this;
    }

    /**
     * Reaches targets through this proxy: {@code socks5://[user:password@]host[:port]} or {@code http://...}.
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
     * TCP connections at once, to the port and to each SOCKS port.
     *
     * @param count at least 1; 20,000 at first
     * @return this builder
     */
    public LinkSocksServerBuilder maxConnections(int count) {
        maxConnections = Bounds.positive("maxConnections", count);
        return this;
    }

    /**
     * Clients with a token at once; further ones are told to come back later.
     *
     * @param count at least 1; 10,000 at first
     * @return this builder
     */
    public LinkSocksServerBuilder maxClients(int count) {
        maxClients = Bounds.positive("maxClients", count);
        return this;
    }

    /**
     * Channels open at once on one WebSocket.
     *
     * @param count at least 1; 65,536 at first
     * @return this builder
     */
    public LinkSocksServerBuilder maxChannels(int count) {
        maxChannels = Bounds.positive("maxChannels", count);
        return this;
    }

    /**
     * How long the channels of a peer that lost its connection wait for it to come back, and the connector tokens that a
     * provider has added; 0 is not at all.
     *
     * @param timeout not negative; 60 seconds at first
     * @return this builder
     */
    public LinkSocksServerBuilder resumeTimeout(Duration timeout) {
        resumeTimeout = Bounds.notNegative("resumeTimeout", timeout);
        return this;
    }

    /**
     * How long the rest of a connection may be silent once one direction has ended; it is closed then. As long as bytes move,
     * it stays.
     *
     * @param timeout positive; 10 minutes at first
     * @return this builder
     */
    public LinkSocksServerBuilder halfClosedTimeout(Duration timeout) {
        halfClosedTimeout = Bounds.positive("halfClosedTimeout", timeout);
        return this;
    }

    /**
     * Whether clients may keep their channels over the loss of a connection.
     *
     * @param value true at first
     * @return this builder
     */
    public LinkSocksServerBuilder resume(boolean value) {
        resume = value;
        return this;
    }

    /**
     * Whether every channel has credit of its own.
     *
     * @param value true at first
     * @return this builder
     */
    public LinkSocksServerBuilder flowControl(boolean value) {
        flow = value;
        return this;
    }

    /**
     * Whether one direction of a channel may end before the other.
     *
     * @param value true at first
     * @return this builder
     */
    public LinkSocksServerBuilder halfClose(boolean value) {
        fin = value;
        return this;
    }

    /**
     * Whether little is sent ahead of acknowledgements, so that a new message finds a short way.
     *
     * @param value true at first
     * @return this builder
     */
    public LinkSocksServerBuilder fairness(boolean value) {
        fair = value;
        return this;
    }

    /**
     * Address of the SOCKS ports of reverse tokens.
     *
     * @param address a name or an address of this machine; 127.0.0.1 at first
     * @return this builder
     */
    public LinkSocksServerBuilder socksHost(String address) {
        socksHost = Objects.requireNonNull(address, "socksHost");
        return this;
    }

    /**
     * Opens the SOCKS port of a reverse token at once instead of with its first provider.
     *
     * @param value false at first
     * @return this builder
     */
    public LinkSocksServerBuilder socksNoWait(boolean value) {
        socksNoWait = value;
        return this;
    }

    /**
     * Answers SOCKS requests before the target is connected.
     *
     * @param value false at first
     * @return this builder
     */
    public LinkSocksServerBuilder fastOpen(boolean value) {
        fastOpen = value;
        return this;
    }

    /**
     * Offers the HTTP API to whoever presents this key; null does not offer it.
     *
     * @param key printable ASCII without spaces at its ends, as it is sent in a header; null, as at first, for no API
     * @return this builder
     * @throws IllegalArgumentException when the key is empty or has other characters
     */
    public LinkSocksServerBuilder apiKey(String key) {
        if (key != null && key.isEmpty()) {
            throw new IllegalArgumentException("an empty API key would let anybody in");
        }
        if (key != null && !key.matches("[!-~]([ -~]*[!-~])?")) {
            throw new IllegalArgumentException("the API key must be printable ASCII, as it is sent in a header");
        }
        apiKey = key;
        return this;
    }

    /**
     * How long a connector's request waits for a provider.
     *
     * @param timeout not negative; 5 seconds at first
     * @return this builder
     */
    public LinkSocksServerBuilder connectorWaitProvider(Duration timeout) {
        connectorWaitProvider = Bounds.notNegative("connectorWaitProvider", timeout);
        return this;
    }

    /**
     * What may be asked for on SOCKS ports and by connectors whose tokens have no rules of their own.
     *
     * @param rules {@link AccessRules#NONE} allows all, as at first
     * @return this builder
     */
    public LinkSocksServerBuilder entryRules(AccessRules rules) {
        entryRules = Objects.requireNonNull(rules, "entryRules");
        return this;
    }

    /**
     * What the server connects to for clients whose tokens have no rules of their own.
     *
     * @param rules {@link AccessRules#NONE} allows all, as at first
     * @return this builder
     */
    public LinkSocksServerBuilder dialRules(AccessRules rules) {
        dialRules = Objects.requireNonNull(rules, "dialRules");
        return this;
    }

    /**
     * What nobody reaches through this server, whatever rules allow it.
     *
     * @param rules copied; none at first
     * @return this builder
     */
    public LinkSocksServerBuilder denyRules(List<DenyRule> rules) {
        denyRules = List.copyOf(rules);
        return this;
    }

    /**
     * Whether nobody reaches addresses of hosts themselves, their neighbours and private networks.
     *
     * @param value false at first
     * @return this builder
     */
    public LinkSocksServerBuilder denyPrivate(boolean value) {
        denyPrivate = value;
        return this;
    }

    /**
     * Reverse proxies whose word about the client's address is taken, for logs and for the limit of failed attempts.
     *
     * @param addresses copied; none at first
     * @return this builder
     */
    public LinkSocksServerBuilder trustedProxies(List<AddressRange> addresses) {
        trustedProxies = List.copyOf(addresses);
        return this;
    }

    /**
     * Takes tokens from a file as well, one a line: {@code forward TOKEN}, {@code reverse TOKEN [PORT]},
     * {@code connector TOKEN REVERSE_TOKEN}. Tokens come and go as the file changes. Null is no file.
     *
     * @param file null, as at first, for none
     * @return this builder
     */
    public LinkSocksServerBuilder tokenFile(Path file) {
        tokenFile = file;
        return this;
    }

    /**
     * Shows metrics in the OpenMetrics format at {@code /metrics} of a port of its own, without a key. Null does not.
     *
     * @param address null, as at first, for none
     * @return this builder
     */
    public LinkSocksServerBuilder metrics(InetSocketAddress address) {
        metrics = address;
        return this;
    }

    /**
     * Hears who comes and goes.
     *
     * @param hearer called by the threads of the connections
     * @return this builder
     */
    public LinkSocksServerBuilder listener(ServerListener hearer) {
        listener = Objects.requireNonNull(hearer, "listener");
        return this;
    }

    /**
     * A server with these options.
     *
     * @return a server, which is to be started
     */
    public LinkSocksServer build() {
        return new LinkSocksServer(options());
    }

    ServerOptions options() {
        Features features = new Features(resume && !resumeTimeout.isZero(), flow, fin, fair);
        return new ServerOptions(host, port, certificate, key, maxConnections, maxClients,
                SessionLimits.DEFAULT.withChannels(maxChannels).withHalfClosed(halfClosedTimeout),
                batch, dialer, features, resumeTimeout, socksHost, socksNoWait,
                fastOpen, apiKey, connectorWaitProvider, new AccessPolicy(entryRules, denyRules, denyPrivate),
                new AccessPolicy(dialRules, denyRules, denyPrivate), trustedProxies, tokenFile,
                metrics, listener);
    }
}
