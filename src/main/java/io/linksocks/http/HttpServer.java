package io.linksocks.http;

import io.linksocks.util.Threads;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** An HTTP/1.1 server (RFC 9110, RFC 9112): one virtual thread accepts, and every connection has one of its own. */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(HttpServer.class.getName());
    /** A pause after a failed accept: out of descriptors, the next attempt would fail at once. */
    private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);
    /** How many connections above the limit are told so at one time; the others are closed without a word. */
    private static final int MAX_REFUSALS = 64;

    private final ServerSocket listener;
    private final Routes routes;
    private final UpgradeHandler upgrades;
    private final Limits limits;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private volatile Thread acceptor;

    /**
     * A server that does not listen to anyone before {@link #start}.
     *
     * @param listener bound already; the server owns it from now on
     * @param routes   in order of precedence
     * @param upgrades gets the requests for a WebSocket on all paths without a route
     */
    public HttpServer(ServerSocket listener, List<Route> routes, UpgradeHandler upgrades, Limits limits) {
        this.listener = listener;
        this.routes = new Routes(routes);
        this.upgrades = upgrades;
        this.limits = limits;
    }

    /** Begins to accept connections. */
    public void start() {
        acceptor = Threads.start("http accept", this::acceptAll);
    }

    /** How many connections there are now, WebSockets included. */
    public int connections() {
        return connections.size();
    }

    /**
     * Stops listening and closes all connections; what runs on them ends with an exception soon after. The port is free when
     * this returns, which takes the end of the accepting thread.
     */
    @Override
    public void close() {
        closeQuietly(listener);
        LockSupport.unpark(acceptor);
        Threads.join(acceptor);
        connections.forEach(HttpServer::closeQuietly);
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                admit(listener.accept());
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    LOG.log(Level.WARNING, "cannot accept a connection: " + e.getMessage());
                    LockSupport.parkNanos(ACCEPT_PAUSE.toNanos());
                }
            }
        }
    }

    /** Registers before looking whether the server was closed meanwhile, so that close() misses no connection. */
    private void admit(Socket socket) {
        int others = connections.size();
        if (others >= limits.maxConnections() + MAX_REFUSALS) {
            closeQuietly(socket);
            return;
        }
        connections.add(socket);
        if (listener.isClosed()) {
            closeQuietly(socket);
        }
        Threads.start("http connection", () -> run(socket, others >= limits.maxConnections()));
    }

    private void run(Socket socket, boolean refused) {
        try (socket) {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            if (refused) {
                refuse(socket);
            } else {
                new HttpConnection(socket, routes, upgrades, limits).serve();
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "connection ended: {0}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "connection handler failed", e);
        } finally {
            connections.remove(socket);
        }
    }

    private static void refuse(Socket socket) throws IOException {
        Response response = Response.text(503, "too many connections\n").with("Retry-After", "5");
        socket.getOutputStream().write(response.encode(false, true, Instant.now()));
        LingeringClose.close(socket);
    }

    private static void closeQuietly(Closeable resource) {
        try {
            resource.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "cannot close: {0}", e.getMessage());
        }
    }
}
