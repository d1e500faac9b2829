package io.linksocks.client;

import io.linksocks.protocol.Features;
import io.linksocks.relay.BatchOptions;
import io.linksocks.relay.SessionPool;
import io.linksocks.relay.SocksIngress;
import io.linksocks.session.SessionLimits;
import io.linksocks.socks.SocksCredentials;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A client that keeps a connection to a LinkSocks server and offers a local SOCKS5 port whose connections the server makes.
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
    private final ClientOptions options;
    private final SessionPool sessions = new SessionPool();
    private final List<Tunnel> tunnels = new ArrayList<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    /** Guards the opening of the SOCKS port. */
    private final ReentrantLock lock = new ReentrantLock();
    private SocksIngress ingress;

    private LinkSocksClient(ClientOptions options) {
        this.options = options;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts connecting and returns at once.
     *
     * @throws LinkSocksException when the SOCKS port is to be opened at once and is taken
     */
    public void start() throws LinkSocksException {
        if (options.socksNoWait()) {
            openSocksPort();
        }
        for (int i = 0; i < options.threads(); i++) {
            Tunnel tunnel = new Tunnel(this, options, sessions);
            tunnels.add(tunnel);
            tunnel.start();
        }
    }

    /**
     * Waits until the server has accepted a connection and the SOCKS port is open.
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

    /** The local SOCKS5 address; null while the port is not open. */
    public InetSocketAddress socksAddress() {
        lock.lock();
        try {
            return ingress == null ? null : ingress.address();
        } finally {
            lock.unlock();
        }
    }

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
        lock.lock();
        try {
            if (ingress != null) {
                ingress.close();
            }
        } finally {
            lock.unlock();
        }
    }

    // --- what the tunnels report -------------------------------------------------------------------------------------

    void onConnected() throws LinkSocksException {
        openSocksPort();
        ready.complete(null);
    }

    void onFatal(LinkSocksException error) {
        closed.completeExceptionally(error);
        shutDown();
    }

    private void openSocksPort() throws LinkSocksException {
        lock.lock();
        try {
            if (ingress == null) {
                ingress = new SocksIngress(new InetSocketAddress(options.socksHost(), options.socksPort()), sessions,
                        new SocksIngress.Options(credentials(), options.fastOpen(),
                                BatchOptions.DEFAULT.withBufferSize(options.bufferSize())));
            }
        } catch (IOException e) {
            throw new LinkSocksException(LinkSocksException.Kind.LOCAL, "can't listen on "
                    + new Endpoint(options.socksHost(), options.socksPort()) + ": " + e.getMessage()
                    + "; choose another port with -p");
        } finally {
            lock.unlock();
        }
    }

    private SocksCredentials credentials() {
        return options.socksUsername() == null
                ? null
                : new SocksCredentials(options.socksUsername(), options.socksPassword());
    }

    /** Collects options; each has the default of the command line. */
    public static final class Builder {
        private final List<URI> urls = new ArrayList<>();
        private final Map<String, String> headers = new LinkedHashMap<>();
        private String token = "anonymous";
        private String socksHost = "127.0.0.1";
        private int socksPort = 9870;
        private String socksUsername;
        private String socksPassword;
        private boolean socksNoWait;
        private boolean reconnect = true;
        private boolean retryAuth;
        private int threads = 1;
        private int bufferSize = BatchOptions.DEFAULT.bufferSize();
        private boolean fastOpen;
        private boolean environmentProxy = true;
        private Duration reconnectDelay = Duration.ofSeconds(5);

        private Duration resumeTimeout = Duration.ofSeconds(60);
        private boolean resume = true;
        private boolean flow = true;
        private boolean fin = true;
        private boolean fair = true;

        private Builder() {}

        /**
         * Where the server is; may be given several times, the next one is tried when one can't be reached.
         *
         * @throws IllegalArgumentException when it is no URL of a server
         */
        public Builder url(String url) {
            urls.add(ServerUrl.parse(url));
            return this;
        }

        public Builder token(String value) {
            token = value;
            return this;
        }

        /** Address of the local SOCKS5 port. */
        public Builder socksHost(String host) {
            socksHost = host;
            return this;
        }

        /** 0 takes a free port. */
        public Builder socksPort(int port) {
            socksPort = port;
            return this;
        }

        /** What SOCKS clients must present (RFC 1929). */
        public Builder socksCredentials(String username, String password) {
            socksUsername = username;
            socksPassword = password;
            return this;
        }

        /** Opens the SOCKS port at once instead of with the first connection to the server. */
        public Builder socksNoWait(boolean value) {
            socksNoWait = value;
            return this;
        }

        /** Whether to connect again after a connection has ended; it is also tried again until the first one succeeds. */
        public Builder reconnect(boolean value) {
            reconnect = value;
            return this;
        }

        /** Whether to try again after the server refused the token. */
        public Builder retryAuth(boolean value) {
            retryAuth = value;
            return this;
        }

        /** How many WebSockets to spread connections over. */
        public Builder threads(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("threads must be at least 1, not " + count);
            }
            threads = count;
            return this;
        }

        /** The largest batch of stream bytes in one message. */
        public Builder bufferSize(int bytes) {
            bufferSize = bytes;
            return this;
        }

        /** Answers SOCKS requests before the target is connected. */
        public Builder fastOpen(boolean value) {
            fastOpen = value;
            return this;
        }

        /** Whether to honour http_proxy, https_proxy and no_proxy. */
        public Builder environmentProxy(boolean value) {
            environmentProxy = value;
            return this;
        }

        /** The pause after a failed attempt; it grows by half each time, up to a minute. */
        public Builder reconnectDelay(Duration delay) {
            reconnectDelay = delay;
            return this;
        }

        /** A further header for the WebSocket handshake. */
        public Builder header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        /** How long channels wait for the connection to come back, if the server waits as long; 0 is not at all. */
        public Builder resumeTimeout(Duration timeout) {
            resumeTimeout = timeout;
            return this;
        }

        /** Whether channels outlive the loss of a connection, if the server agrees. */
        public Builder resume(boolean value) {
            resume = value;
            return this;
        }

        /** Whether every channel has credit of its own, if the server agrees. */
        public Builder flowControl(boolean value) {
            flow = value;
            return this;
        }

        /** Whether one direction of a channel may end before the other, if the server agrees. */
        public Builder halfClose(boolean value) {
            fin = value;
            return this;
        }

        /** Whether little is sent ahead of acknowledgements, so that a new message finds a short way. */
        public Builder fairness(boolean value) {
            fair = value;
            return this;
        }

        public LinkSocksClient build() {
            List<URI> servers = urls.isEmpty() ? List.of(ServerUrl.parse("ws://localhost:8765")) : List.copyOf(urls);
            return new LinkSocksClient(new ClientOptions(servers, token, socksHost, socksPort, socksUsername, socksPassword,
                    socksNoWait, reconnect, retryAuth, threads, bufferSize, fastOpen, environmentProxy, reconnectDelay,
                    Map.copyOf(headers), new Features(resume && !resumeTimeout.isZero(), flow, fin, fair), resumeTimeout, SessionLimits.DEFAULT));
        }
    }
}
