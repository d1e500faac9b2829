package io.linksocks.server;

import static java.lang.System.Logger.Level.INFO;

import io.linksocks.http.HttpServer;
import io.linksocks.http.Limits;
import io.linksocks.http.Response;
import io.linksocks.http.Route;
import io.linksocks.protocol.Features;
import io.linksocks.relay.BatchOptions;
import io.linksocks.relay.DirectDialer;
import io.linksocks.relay.TargetEgress;
import io.linksocks.session.SessionLimits;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;

/**
 * A LinkSocks server: takes WebSockets from clients that know a token and makes the connections they ask for.
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
    /** As many as may arrive at once after a restart. */
    private static final int BACKLOG = 1024;
    private static final int GOING_AWAY = 1001;
    private static final int POLICY_VIOLATION = 1008;

    private static final System.Logger LOG = System.getLogger(LinkSocksServer.class.getName());

    private final ServerOptions options;
    private final TokenRegistry tokens = new TokenRegistry();
    private HttpServer http;
    private ServerSocket listener;

    private LinkSocksServer(ServerOptions options) {
        this.options = options;
    }

    public static Builder builder() {
        return new Builder();
    }

    // --- life ------------------------------------------------------------------------------------------------------

    /**
     * Opens the port and serves it until {@link #close}.
     *
     * @throws IOException naming the address and the cure when the port can't be opened
     */
    public void start() throws IOException {
        listener = bind();
        WebSocketEntrance entrance = new WebSocketEntrance(tokens, options,
                new TargetEgress(new DirectDialer(), options.batch()));
        http = new HttpServer(listener, List.of(Route.exact("GET", "/", request -> status())), entrance,
                Limits.connections(options.maxConnections()));
        http.start();
        LOG.log(INFO, () -> "WebSocket port open on " + new Endpoint(options.host(), port()));
    }

    private ServerSocket bind() throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.bind(new InetSocketAddress(options.host(), options.port()), BACKLOG);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw new IOException("can't listen on " + new Endpoint(options.host(), options.port()) + ": " + e.getMessage()
                    + "; choose another port with -P", e);
        }
    }

    private static Response status() {
        return Response.text(200, "LinkSocks server is running: a SOCKS5 proxy through a WebSocket on this port.\n");
    }

    /** The port that is open. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Tells all clients, then closes the port and every connection. */
    @Override
    public void close() {
        for (Token token : tokens.all()) {
            token.sessions().closeAll(GOING_AWAY, "server stops");
        }
        if (http != null) {
            http.close();
        }
    }

    // --- tokens ----------------------------------------------------------------------------------------------------

    /**
     * Lets clients with this token reach targets through the server.
     *
     * @param token null for one made of 32 random hexadecimal digits
     * @return the token
     * @throws IllegalArgumentException when the token exists already
     */
    public String addForwardToken(String token) {
        return tokens.add(new Token.Forward(token == null ? TokenRegistry.random() : token)).value();
    }

    /**
     * Removes a token and cuts off all who used it.
     *
     * @return false when there is no such token
     */
    public boolean removeToken(String token) {
        Token removed = tokens.remove(token);
        if (removed != null) {
            removed.sessions().closeAll(POLICY_VIOLATION, "token removed");
        }
        return removed != null;
    }

    /** Collects options; each has the default of the command line. */
    public static final class Builder {
        private String host = "0.0.0.0";
        private int port = 8765;
        private int bufferSize = BatchOptions.DEFAULT.bufferSize();
        private int maxConnections = 20_000;
        private int maxChannels = SessionLimits.DEFAULT.channels();

        private Duration resumeTimeout = Duration.ofSeconds(60);
        private boolean resume = true;
        private boolean flow = true;
        private boolean fin = true;
        private boolean fair = true;

        private Builder() {}

        /** Address of the WebSocket port. */
        public Builder host(String address) {
            host = address;
            return this;
        }

        /** 0 takes a free port. */
        public Builder port(int number) {
            port = number;
            return this;
        }

        /** The largest batch of stream bytes in one message. */
        public Builder bufferSize(int bytes) {
            bufferSize = bytes;
            return this;
        }

        /** TCP connections to the port at once. */
        public Builder maxConnections(int count) {
            maxConnections = count;
            return this;
        }

        /** Channels open at once on one WebSocket. */
        public Builder maxChannels(int count) {
            maxChannels = count;
            return this;
        }

        /** How long the channels of a client that lost its connection wait for it to come back; 0 is not at all. */
        public Builder resumeTimeout(Duration timeout) {
            resumeTimeout = timeout;
            return this;
        }

        /** Whether clients may keep their channels over the loss of a connection. */
        public Builder resume(boolean value) {
            resume = value;
            return this;
        }

        /** Whether every channel has credit of its own. */
        public Builder flowControl(boolean value) {
            flow = value;
            return this;
        }

        /** Whether one direction of a channel may end before the other. */
        public Builder halfClose(boolean value) {
            fin = value;
            return this;
        }

        /** Whether little is sent ahead of acknowledgements, so that a new message finds a short way. */
        public Builder fairness(boolean value) {
            fair = value;
            return this;
        }

        public LinkSocksServer build() {
            return new LinkSocksServer(new ServerOptions(host, port, maxConnections,
                    SessionLimits.DEFAULT.withChannels(maxChannels), BatchOptions.DEFAULT.withBufferSize(bufferSize),
                    new Features(resume && !resumeTimeout.isZero(), flow, fin, fair), resumeTimeout));
        }
    }
}
