package io.linksocks.server;

import io.linksocks.metrics.OpenMetrics;
import io.linksocks.metrics.Readiness;
import io.linksocks.session.MemoryBudget;
import io.linksocks.util.TimeText;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The metrics that only a server has, and its readiness. */
final class ServerMetrics implements Consumer<OpenMetrics>, Readiness.Check {
    private final TokenRegistry tokens;
    private final ServerCounters counters;
    private final Clients clients;
    private final Gatekeeper gatekeeper;
    private final Drain drain;
    /** Null for none. */
    private final Cluster cluster;
    private volatile boolean stopping;

    ServerMetrics(TokenRegistry tokens, ServerCounters counters, Clients clients, Gatekeeper gatekeeper, Drain drain,
            Cluster cluster) {
        this.tokens = tokens;
        this.counters = counters;
        this.clients = clients;
        this.gatekeeper = gatekeeper;
        this.drain = drain;
        this.cluster = cluster;
    }

    /** Reports the server as not ready from now on. */
    void stop() {
        stopping = true;
    }

    /**
     * In a cluster, what hits all servers or one token alone is no reason to send all clients elsewhere: without etcd a
     * server goes on with the tokens that it knows, and a SOCKS port may be open at another server.
     */
    @Override
    public Optional<String> warning() {
        return cluster == null ? Optional.empty() : cluster.warning().or(this::lackOfPort);
    }

    @Override
    public Optional<String> obstacle() {
        if (stopping) {
            return Optional.of("the server stops");
        }
        if (drain.isRunning()) {
            return drain.status().map(left -> "draining: " + left.sessions() + " sessions with " + left.channels()
                    + " channels left, for " + TimeText.ofSeconds(left.seconds()) + " at most");
        }
        if (gatekeeper.isFull()) {
            return Optional.of("too many clients");
        }
        if (MemoryBudget.OF_PROCESS.isShort()) {
            return Optional.of("short of memory: new connections are refused");
        }
        return cluster == null ? lackOfPort() : Optional.empty();
    }

    private Optional<String> lackOfPort() {
        return tokens.all().stream().anyMatch(token -> token instanceof ReverseToken reverse && reverse.lacksPort())
                ? Optional.of("a SOCKS port could not be opened; the log says which and why") : Optional.empty();
    }

    @Override
    public void accept(OpenMetrics out) {
        writeClients(out.gauge("linksocks_clients", "Sessions of clients; a detached one has no WebSocket and may resume."));
        List<Drain.Status> draining = drain.all();
        out.gauge("linksocks_draining_sessions", "Sessions left in draining servers of this host.")
                .is(draining.stream().mapToLong(Drain.Status::sessions).sum());
        out.gauge("linksocks_draining_channels", "Channels left in draining servers of this host.")
                .is(draining.stream().mapToLong(Drain.Status::channels).sum());
        out.gauge("linksocks_draining_seconds", "Time until the last of them stops at the latest.")
                .is(draining.stream().mapToLong(Drain.Status::seconds).max().orElse(0));
        if (cluster != null) {
            cluster.addTo(out);
        }
        out.gauge("linksocks_connections", "TCP connections to the WebSocket port.").is(counters.connections());
        out.counter("linksocks_auth_failures", "Wrong tokens, API keys and client certificates.").is(counters.failedLogins.sum());
        OpenMetrics.Family refused = out.counter("linksocks_refused", "Refusals, by limit or rule.");
        for (ServerCounters.Refusal refusal : counters.refusals()) {
            if (refusal.label() != null) {
                refused.with("what", refusal.label(), refusal.count().getAsLong());
            }
        }
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
}
