package io.linksocks.metrics;

import static java.lang.System.Logger.Level.INFO;

import io.linksocks.http.HttpException;
import io.linksocks.http.HttpServer;
import io.linksocks.http.Limits;
import io.linksocks.http.Route;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** A port for metrics alone, without a key: for an address that only those can reach who may know them. */
public final class MetricsPort implements AutoCloseable {
    /** Those who watch are few. */
    private static final int MAX_CONNECTIONS = 100;

    private static final System.Logger LOG = System.getLogger(MetricsPort.class.getName());

    private final ServerSocket listener;
    private final HttpServer http;

    /**
     * Opens the port and serves it until {@link #close}.
     *
     * @throws IOException naming the address and what to do when it can't be opened
     */
    public MetricsPort(InetSocketAddress address, MetricsPage page, Readiness readiness) throws IOException {
        listener = bind(address);
        List<Route> routes = new ArrayList<>(readiness.routes());
        routes.add(Route.exact("GET", MetricsPage.PATH, page));
        LocalHosts hosts = new LocalHosts(address.getHostString());
        http = new HttpServer(listener, routes.stream().map(hosts::guard).toList(), (head, socket, in, out) -> {
            throw new HttpException(404, "not found");
        }, Limits.connections(MAX_CONNECTIONS));
        http.start();
        LOG.log(INFO, () -> "metrics port open on " + Endpoint.of(address()));
    }

    private static ServerSocket bind(InetSocketAddress address) throws IOException {
        try {
            return Sockets.listen(address);
        } catch (IOException e) {
            throw Sockets.unavailable(new Endpoint(address.getHostString(), address.getPort()), e, "--metrics",
                    "--metrics");
        }
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    @Override
    public void close() {
        http.close();
    }
}
