package io.linksocks.server;

import io.linksocks.http.HttpServer;
import io.linksocks.http.Route;
import io.linksocks.metrics.MetricsPage;
import io.linksocks.metrics.MetricsPort;
import io.linksocks.metrics.ProcessMetrics;
import io.linksocks.metrics.Readiness;
import io.linksocks.metrics.RelayMetrics;
import io.linksocks.metrics.SessionMetrics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Everything that tells how a server is, for people and for programs. */
final class ServerWatch {
    private final ServerReadiness obstacles;
    private final Readiness readiness;
    private final MetricsPage metrics;
    private final StatusApi status;
    private final MonitorApi monitor;
    private final LiveFeed live;

    /** @param http asked later, when it is there */
    ServerWatch(TokenRegistry tokens, ServerCounters counters, Clients clients, Gatekeeper gatekeeper,
            Supplier<HttpServer> http) {
        ServerMonitor facts = new ServerMonitor(counters, clients);
        this.obstacles = new ServerReadiness(tokens, gatekeeper);
        this.readiness = new Readiness(obstacles);
        this.metrics = new MetricsPage(List.of(new ServerMetrics(counters, clients, http),
                new SessionMetrics(counters.sessions, clients::sessions), new RelayMetrics(counters.relay),
                new ProcessMetrics()));
        Supplier<Map<String, Object>> refusals = () -> counters.refusals(http.get());
        this.status = new StatusApi(tokens, refusals, facts);
        this.monitor = new MonitorApi(facts);
        this.live = new LiveFeed(counters, new LiveState(tokens, facts, refusals),
                new RefusalWatch(refusals, counters.events));
    }

    /** For anybody. */
    List<Route> openRoutes() {
        return readiness.routes();
    }

    /** For those who have the key. */
    List<Route> guardedRoutes(ApiGate gate) {
        return List.of(
                Route.exact("GET", "/api/status", gate.guard(status)),
                Route.exact("GET", "/api/clients", gate.guard(monitor::clients)),
                Route.exact("GET", "/api/channels", gate.guard(monitor::channels)),
                Route.exact("GET", "/api/live", gate.guard(live::open)),
                Route.exact("GET", MetricsPage.PATH, gate.guard(metrics)));
    }

    /** Opens a port for metrics alone. */
    MetricsPort open(InetSocketAddress address) throws IOException {
        return new MetricsPort(address, metrics, readiness);
    }

    /** Begins to remember what the dashboard shows. */
    void startLive() {
        live.start();
    }

    /** From now on nobody should be sent here any more. */
    void stop() {
        obstacles.stop();
        live.close();
    }
}
