package io.linksocks.http;

import io.linksocks.util.Acceptor;
import io.linksocks.util.RateLimitedLogger;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.lang.System.Logger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/** An HTTP/1.1 server (RFC 9110, RFC 9112): one virtual thread accepts, and every connection has one of its own. */
public final class HttpServer implements AutoCloseable {
    /** A layer between the connection and HTTP, such as TLS. */
    @FunctionalInterface
    public interface SocketLayer {
        /** HTTP directly on the connection. */
        SocketLayer NONE = (connection, consumed) -> connection;

        /**
         * Wraps a connection on its own thread; the time limit for a request head includes whatever this reads.
         *
         * @param consumed what was already read from it
         * @return a socket that closes the connection when it is closed
         */
        Socket wrap(Socket connection, InputStream consumed) throws IOException;
    }

    /** Takes over connections on which the client asked for the WebSocket protocol. */
    @FunctionalInterface
    public interface UpgradeHandler {
        /**
         * Owns the connection until it returns, on the connection's own virtual thread; the server closes it afterwards.
         *
         * @param request without a body
         * @param in  may hold data that the client sent behind its request; has no time limit any more
         * @param out unbuffered
         * @throws HttpException before anything was written, to refuse the upgrade with an ordinary answer
         * @throws IOException   when the connection broke
         */
        void upgrade(Request request, Socket socket, InputStream in, OutputStream out) throws IOException;
    }

    /** Writes refusals of requests, where plain text is not what clients expect. */
    @FunctionalInterface
    public interface Refusals {
        /**
         * Writes a refusal of this server or of a handler.
         *
         * @param path the decoded path of the request
         */
        Response write(String path, HttpException refusal);
    }

    private static final Logger LOG = System.getLogger(HttpServer.class.getName());
    /** How many connections above the limit get a response at one time; further ones are closed at once. */
    private static final int MAX_REFUSALS = 64;
    private static final Response TOO_MANY = Response.text(503, "too many connections\n").with("Retry-After", "5");

    private final Acceptor acceptor;
    private final SocketLayer layer;
    private final Routes routes;
    private final UpgradeHandler upgrades;
    private final Limits limits;
    private final Strangers strangers;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final LongAdder refused = new LongAdder();
    private final RateLimitedLogger fullWarning = new RateLimitedLogger(LOG);
    private final LongAdder badRequests = new LongAdder();
    private volatile Predicate<InetAddress> balancers = peer -> false;
    private volatile Refusals refusals = (path, refusal) -> refusal.response();

    /** A server without a layer, which trusts its WebSockets from the beginning. */
    public HttpServer(ServerSocket listener, List<Route> routes, UpgradeHandler upgrades, Limits limits) {
        this(listener, SocketLayer.NONE, routes, upgrades, limits, null);
    }

    /**
     * A server that accepts no connection before {@link #start}.
     *
     * @param listener bound already; the server owns it from now on
     * @param layer    wraps every connection
     * @param routes   in order of precedence
     * @param upgrades serves requests for a WebSocket at the root and on all paths without a route
     * @param strangers which a connection leaves when a handler trusts it; null for a server that trusts its WebSockets from
     *     the beginning
     */
    public HttpServer(ServerSocket listener, SocketLayer layer, List<Route> routes, UpgradeHandler upgrades,
            Limits limits, Strangers strangers) {
        this.acceptor = new Acceptor(listener, this::admit);
        this.layer = layer;
        this.routes = new Routes(routes);
        this.limits = limits;
        this.strangers = strangers != null ? strangers
                : Strangers.within(limits.maxConnections(), layer != SocketLayer.NONE);
        this.upgrades = strangers != null ? upgrades : (request, socket, in, out) -> {
            this.strangers.leave(socket);
            upgrades.upgrade(request, socket, in, out);
        };
    }

    /** To be called before {@link #start}: connections of these peers begin with a header of the PROXY protocol. */
    public void behind(Predicate<InetAddress> peers) {
        balancers = peers;
    }

    /** To be called before {@link #start}: how refusals of requests whose head could be read are written. */
    public void refuseBy(Refusals writer) {
        refusals = writer;
    }

    /** Begins to accept connections. */
    public void start() {
        acceptor.start("http accept");
    }

    /** The number of open connections, WebSockets included. */
    public int connections() {
        return connections.size();
    }

    /** The number of connections that were refused above the limit or evicted from the strangers. */
    public long refusals() {
        return refused.sum() + strangers.evictions();
    }

    /** The number of requests that could not be read, or not in time. */
    public long badRequests() {
        return badRequests.sum();
    }

    /** Frees the port for a process that shares it; connections go on. */
    public void leave() {
        acceptor.leave();
    }

    /** Frees the port and closes all connections; their handlers soon end with an exception. */
    @Override
    public void close() {
        acceptor.close();
        connections.forEach(Sockets::close);
    }

    /** Registers before checking whether the server was closed, so that close() misses no connection. */
    private void admit(Socket socket) {
        int above = connections.size() - limits.maxConnections();
        boolean full = above >= 0 && !(above < MAX_REFUSALS && strangers.makeRoom());
        if (full) {
            refused.increment();
            fullWarning.warn(Sockets.peer(socket) + " refused: the maximum of " + limits.maxConnections()
                    + " connections to this port is reached; allow more with maxConnections(...)");
        }
        if (above >= MAX_REFUSALS) {
            Sockets.close(socket);
            return;
        }
        connections.add(socket);
        if (acceptor.isClosed()) {
            Sockets.close(socket);
        }
        if (!full) {
            strangers.enter(socket);
        }
        Threads.start("http connection", () -> run(socket, full));
    }

    private void run(Socket socket, boolean refused) {
        try (socket) {
            Sockets.tune(socket);
            serve(socket, refused);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "connection ended: {0}", e.getMessage());
        } catch (RuntimeException e) {
            Threads.reportError(e);
            LOG.log(Level.ERROR, "connection handler failed", e);
        } finally {
            connections.remove(socket);
            strangers.leave(socket);
        }
    }

    private void serve(Socket socket, boolean refused) throws IOException {
        try (HttpTransport transport = HttpTransport.open(socket, layer, limits, balancers)) {
            if (refused) {
                transport.closeAfter(TOO_MANY);
            } else {
                new HttpConnection(transport, routes, refusals, upgrades, limits, strangers, badRequests).serve();
            }
        }
    }
}
