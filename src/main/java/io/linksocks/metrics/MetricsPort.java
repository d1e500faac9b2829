package io.linksocks.metrics;

import static java.lang.System.Logger.Level.INFO;

import io.linksocks.http.Headers;
import io.linksocks.http.HttpException;
import io.linksocks.http.HttpServer;
import io.linksocks.http.Limits;
import io.linksocks.http.Request;
import io.linksocks.http.Route;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Sockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A port for metrics and readiness without a key. It answers only requests for names that have no owner on the Internet:
 * a web page can make its own name resolve to this machine (DNS rebinding) and read the answers through its visitor's
 * browser, but the browser sends that name.
 */
public final class MetricsPort implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 100;
    private static final int MISDIRECTED_REQUEST = 421;
    /** Reserved for private use (RFC 6761, 6762, 8375 and ICANN's .internal), and what home routers use. */
    private static final List<String> PRIVATE = List.of(".localhost", ".local", ".internal", ".home.arpa", ".lan");

    private static final System.Logger LOG = System.getLogger(MetricsPort.class.getName());

    private final String host;
    private final ServerSocket listener;
    private final HttpServer http;

    /**
     * Opens the port and serves it until {@link #close}.
     *
     * @param check what the process says about itself
     * @param reusePort whether another process may listen on the port as well
     * @throws IOException naming the address and what to do when the port can't be opened
     */
    public MetricsPort(InetSocketAddress address, MetricsPage page, Readiness.Check check, boolean reusePort) throws IOException {
        host = address.getHostString().toLowerCase(Locale.ROOT);
        listener = bind(address, reusePort);
        List<Route> routes = Stream.concat(Readiness.routes(check).stream(),
                Stream.of(Route.exact("GET", MetricsPage.PATH, page))).map(this::forLocalNames).toList();
        http = new HttpServer(listener, routes, (head, socket, in, out) -> {
            throw new HttpException(404, "not found");
        }, Limits.connections(MAX_CONNECTIONS));
        http.start();
        LOG.log(INFO, () -> "metrics port open on " + Endpoint.of(address()));
    }

    private static ServerSocket bind(InetSocketAddress address, boolean reusePort) throws IOException {
        try {
            return Sockets.listen(address, reusePort);
        } catch (IOException e) {
            throw Sockets.unavailable(new Endpoint(address.getHostString(), address.getPort()), e,
                    "another port or address with metrics(...)", "metrics(...)");
        }
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    /** Frees the port for a process that shares it. */
    public void leave() {
        http.leave();
    }

    @Override
    public void close() {
        http.close();
    }

    // --- names -------------------------------------------------------------------------------------------------------

    /** The route, which refuses requests for other names with 421 (RFC 9110, section 15.5.20). */
    private Route forLocalNames(Route route) {
        return Route.exact(route.method(), route.path(), request -> {
            if (!isForLocalName(request)) {
                throw new HttpException(MISDIRECTED_REQUEST,
                        "not known here by this name: ask for the address, a local name, or the name that this port was given");
            }
            return route.handler().handle(request);
        });
    }

    /** HTTP/1.0 has no Host, and browsers don't speak it. */
    private boolean isForLocalName(Request request) {
        String field = request.head().header("Host");
        return field == null || isLocal(Headers.hostName(field));
    }

    private boolean isLocal(String name) {
        return name.indexOf('.') < 0 || new Endpoint(name, 0).isLiteral() || name.equals(host)
                || PRIVATE.stream().anyMatch(name::endsWith) || name.equals(ownName());
    }

    /** The name of this machine; asked for last because the look-up may take a while. */
    private static String ownName() {
        try {
            return InetAddress.getLocalHost().getCanonicalHostName().toLowerCase(Locale.ROOT);
        } catch (UnknownHostException e) {
            return "";
        }
    }
}
