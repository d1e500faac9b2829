package io.linksocks.server;

import io.linksocks.http.HttpServer;
import io.linksocks.metrics.MetricSource;
import io.linksocks.metrics.OpenMetrics;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Who is here, and who was not let in. */
final class ServerMetrics implements MetricSource {
    private final ServerCounters counters;
    private final Clients clients;
    private final Supplier<HttpServer> http;

    /** @param http asked later, when it is there */
    ServerMetrics(ServerCounters counters, Clients clients, Supplier<HttpServer> http) {
        this.counters = counters;
        this.clients = clients;
        this.http = http;
    }

    @Override
    public void write(OpenMetrics out) {
        writeClients(out.gauge("linksocks_clients", "Sessions of peers; a detached one has no WebSocket just now."));
        out.gauge("linksocks_connections", "TCP connections to the WebSocket port.").is(http.get().connections());
        out.counter("linksocks_auth_failures", "Wrong tokens and wrong API keys.").is(counters.failedLogins.sum());
        writeRefused(out.counter("linksocks_refused", "What was turned away, by the limit or rule that did it."));
    }

    private void writeClients(OpenMetrics.Family family) {
        Map<String, Map<Boolean, Long>> present = clients.all().stream().collect(Collectors.groupingBy(
                client -> client.role().toString(), TreeMap::new,
                Collectors.partitioningBy(client -> client.session().isAttached(), Collectors.counting())));
        for (String role : Roles.NAMES) {
            Map<Boolean, Long> counts = present.getOrDefault(role, Map.of());
            family.with("role", role, "state", "attached", counts.getOrDefault(true, 0L));
            family.with("role", role, "state", "detached", counts.getOrDefault(false, 0L));
        }
    }

    private void writeRefused(OpenMetrics.Family family) {
        family.with("what", "targets", counters.relay.refusedTargets.sum())
                .with("what", "datagrams", counters.relay.refusedDatagrams.sum())
                .with("what", "channels", counters.sessions.refusedChannels.sum())
                .with("what", "clients", counters.refusedClients.sum())
                .with("what", "connections", http.get().refusals())
                .with("what", "socks_connections", counters.relay.refusedConnections.sum())
                .with("what", "logins", counters.limitedLogins.sum())
                .with("what", "requests", http.get().badRequests())
                .with("what", "socks_handshakes", counters.relay.failedHandshakes.sum());
    }
}
