package io.linksocks.server;

import io.linksocks.http.HttpException;
import io.linksocks.http.Request;
import io.linksocks.http.Response;
import io.linksocks.http.Route;
import io.linksocks.metrics.MetricsPage;
import io.linksocks.metrics.MetricsPort;
import io.linksocks.metrics.Readiness;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** The HTTP routes of a server: readiness, the HTTP API and the dashboard. */
final class ServerPages {
    /** Default limits, which keep a response below 1 MiB. */
    private static final int TOKENS = 1000;
    private static final int CLIENTS = 1000;
    private static final int CHANNELS = 200;
    /** Bounds a response to a few MiB. */
    private static final int MAX_LIMIT = 10_000;

    private final ManagedTokens managed;
    private final Clients clients;
    private final TokenWatch watch;
    private final AccessConfig access;
    private final Gatekeeper gatekeeper;
    /** Null for none. */
    private final Cluster cluster;
    /** Null when there is no API. */
    private final String apiKey;
    private final ServerState state;
    private final ServerMetrics own;
    private final MetricsPage metrics;
    private final LiveFeed live;

    /** @param cluster null for none */
    ServerPages(TokenRegistry tokens, ManagedTokens managed, TokenWatch watch, AccessConfig access,
            ServerCounters counters, Clients clients, Gatekeeper gatekeeper, Drain drain, Cluster cluster,
            ServerOptions options) {
        this.managed = managed;
        this.clients = clients;
        this.watch = watch;
        this.access = access;
        this.gatekeeper = gatekeeper;
        this.cluster = cluster;
        this.apiKey = options.apiKey();
        this.state = new ServerState(tokens, counters, clients, drain, cluster);
        this.own = new ServerMetrics(tokens, counters, clients, gatekeeper, drain, cluster);
        this.metrics = new MetricsPage(options.metricsByToken() ? own.andThen(new TokenMetrics(tokens)) : own,
                counters.sessions, clients::sessions, counters.relay);
        this.live = new LiveFeed(counters, state, clients);
    }

    /** Starts sampling for the dashboard. */
    void start() {
        if (apiKey != null) {
            live.start();
        }
    }

    MetricsPort openMetricsPort(InetSocketAddress address, boolean reusePort) throws IOException {
        return new MetricsPort(address, metrics, own, reusePort);
    }

    /** Reports the server as not ready and ends the streams of dashboards. */
    void stop() {
        own.stop();
        live.close();
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>(Readiness.routes(own));
        routes.add(Route.exact("GET", "/", request -> welcome()));
        if (apiKey != null) {
            ApiGate gate = new ApiGate(apiKey, gatekeeper, new DashboardLogins(System::nanoTime));
            routes.addAll(gate.sessions());
            routes.addAll(api(gate));
            routes.addAll(DashboardPages.routes());
        }
        return routes;
    }

    private Response welcome() {
        return Response.text(200, "LinkSocks server is running: a SOCKS5 proxy through a WebSocket on this port.\n"
                + (apiKey == null ? "" : "API endpoints available at /api/*\nDashboard at /dashboard\n"));
    }

    private List<Route> api(ApiGate gate) {
        AdminApi admin = new AdminApi(managed, access, clients, watch);
        List<Route> routes = new ArrayList<>(List.of(
                Route.exact("GET", MetricsPage.PATH, gate.guard(metrics)),
                Route.exact("GET", "/api/live", gate.guard(live::open)),
                gate.route("GET", "/api/status", request -> state.status()),
                gate.route("GET", "/api/tokens", request -> state.tokens(limit(request, TOKENS), search(request))),
                gate.route("GET", "/api/clients", request -> state.clients(limit(request, CLIENTS), search(request))),
                gate.route("GET", "/api/channels", request -> state.channels(limit(request, CHANNELS), search(request))),
                gate.route("GET", "/api/traffic", request -> state.traffic()),
                gate.route("GET", "/api/config/access", request -> admin.rules()),
                gate.route("PUT", "/api/config/access", admin::changeRules),
                gate.route("POST", "/api/token", admin::add),
                gate.route("PATCH", "/api/token", admin::changeByBody),
                gate.routeBelow("PATCH", AdminApi.PATH_OF_TOKEN, admin::changeByPath),
                gate.route("DELETE", "/api/token", admin::removeByBody),
                gate.routeBelow("DELETE", AdminApi.PATH_OF_TOKEN, admin::removeByPath),
                gate.routeBelow("DELETE", AdminApi.PATH_OF_CLIENT, admin::disconnect),
                gate.routeBelow("DELETE", AdminApi.PATH_OF_CHANNEL, admin::closeChannel)));
        if (cluster != null) {
            routes.add(gate.route("GET", "/api/cluster", request -> cluster.members()));
        }
        return routes;
    }

    private static String search(Request request) {
        return request.head().query().getOrDefault("search", "");
    }

    /** @param usual the limit when the request has none */
    private static int limit(Request request, int usual) throws HttpException {
        String given = request.head().query().getOrDefault("limit", Integer.toString(usual));
        int limit = given.matches("[0-9]{1,5}") ? Integer.parseInt(given) : Integer.MAX_VALUE;
        if (limit > MAX_LIMIT) {
            throw new HttpException(400, "limit must be a number from 0 to " + MAX_LIMIT);
        }
        return limit;
    }
}
