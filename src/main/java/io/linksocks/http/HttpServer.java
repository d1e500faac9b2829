package io.linksocks.http;

import io.linksocks.util.Acceptor;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.System.Logger;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** An HTTP/1.1 server (RFC 9110, RFC 9112): one virtual thread accepts, and every connection has one of its own. */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(HttpServer.class.getName());
    /** How many connections above the limit are told so at one time; the others are closed without a word. */
    private static final int MAX_REFUSALS = 64;
    private static final Response TOO_MANY = Response.text(503, "too many connections\n").with("Retry-After", "5");

    private final Acceptor acceptor;
    private final SocketLayer layer;
    private final Routes routes;
    private final UpgradeHandler upgrades;
    private final Limits limits;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final LongAdder refused = new LongAdder();
    private final LongAdder badRequests = new LongAdder();

    /** A server without a layer between the connection and HTTP. */
    public HttpServer(ServerSocket listener, List<Route> routes, UpgradeHandler upgrades, Limits limits) {
        this(listener, SocketLayer.NONE, routes, upgrades, limits);
    }

    /**
     * A server that does not listen to anyone before {@link #start}.
     *
     * @param listener bound already; the server owns it from now on
     * @param layer    what every connection is wrapped in
     * @param routes   in order of precedence
     * @param upgrades gets the requests for a WebSocket on all paths without a route
     */
    public HttpServer(ServerSocket listener, SocketLayer layer, List<Route> routes, UpgradeHandler upgrades,
            Limits limits) {
        this.acceptor = new Acceptor(listener, this::admit);
        this.layer = layer;
        this.routes = new Routes(routes);
        this.upgrades = upgrades;
        this.limits = limits;
    }

    /** Begins to accept connections. */
    public void start() {
        acceptor.start("http accept");
    }

    /** How many connections there are now, WebSockets included. */
    public int connections() {
        return connections.size();
    }

    /** How many connections above the limit there were. */
    public long refusals() {
        return refused.sum();
    }

    /** How many requests came that could not be read, or not in time. */
    public long badRequests() {
        return badRequests.sum();
    }

    /** Frees the port and closes all connections; what runs on them ends with an exception soon after. */
    @Override
    public void close() {
        acceptor.close();
        connections.forEach(Sockets::close);
    }

    /** Registers before looking whether the server was closed meanwhile, so that close() misses no connection. */
    private void admit(Socket socket) {
        int others = connections.size();
        if (others >= limits.maxConnections()) {
            refused.increment();
        }
        if (others >= limits.maxConnections() + MAX_REFUSALS) {
            Sockets.close(socket);
            return;
        }
        connections.add(socket);
        boolean started = false;
        try {
            if (acceptor.isClosed()) {
                Sockets.close(socket);
            }
            Threads.start("http connection", () -> run(socket, others >= limits.maxConnections()));
            started = true;
        } finally {
            if (!started) {
                connections.remove(socket);
            }
        }
    }

    private void run(Socket socket, boolean refused) {
        try (socket) {
            Sockets.tune(socket);
            serve(socket, refused);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "connection ended: {0}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "connection handler failed", e);
        } finally {
            connections.remove(socket);
        }
    }

    private void serve(Socket socket, boolean refused) throws IOException {
        try (Transport transport = Transport.open(socket, layer, limits.headTimeout())) {
            if (refused) {
                transport.closeAfter(TOO_MANY);
            } else {
                new HttpConnection(transport, routes, upgrades, limits, badRequests).serve();
            }
        }
    }
}
