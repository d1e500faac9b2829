package io.linksocks.server;

import io.linksocks.cluster.Directory;
import io.linksocks.cluster.Node;
import io.linksocks.metrics.OpenMetrics;
import io.linksocks.protocol.TokenHash;
import io.linksocks.util.TimeText;
import io.linksocks.util.TokenText;
import io.linksocks.websocket.JdkSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** This server as a node of a cluster: joins it, shows itself to the others, and describes it to users. */
final class Cluster implements AutoCloseable {
    private final Directory directory;
    private final Nodes nodes;
    private final Node own;
    private final TokenRegistry registry;
    private final ClusterTokens tokens;
    private final RemoteProviders providers;

    /**
     * Reads the files that the options name.
     *
     * @throws IOException naming one that can't be used
     */
    Cluster(ServerOptions options, TokenRegistry registry, SessionDirectory sessions, Gatekeeper gatekeeper,
            ServerCounters counters) throws IOException {
        // The first HTTP client of this process is that of the directory.
        JdkSettings.apply();
        ClusterSettings settings = options.cluster();
        this.directory = settings.open();
        this.nodes = Nodes.ofCluster(directory, settings.nodeUrl(), settings.tls(), sessions, gatekeeper, counters);
        this.own = nodes.own();
        this.registry = registry;
        this.tokens = new ClusterTokens(registry, directory);
        this.providers = new RemoteProviders(new RemoteServer.Shared(directory, nodes, options, counters.sessions));
    }

    Nodes servers() {
        return nodes;
    }

    ManagedTokens tokens() {
        return tokens;
    }

    /** @throws IOException when the cluster can't be joined, with the reason */
    void start() throws IOException {
        registry.share(directory);
        registry.reach(providers);
        directory.start(tokens);
        nodes.start();
    }

    /** Shows the other servers how far this one has drained. */
    void report(Node.Draining left) {
        nodes.report(left);
    }

    /** Why changes of other servers are missing, if so. */
    Optional<String> warning() {
        return directory.staleness()
                .map(stale -> "the cluster is stale for " + TimeText.of(stale.time()) + ": " + stale.reason());
    }

    void addTo(OpenMetrics out) {
        out.gauge("linksocks_cluster_nodes", "Servers in the cluster.").is(directory.all().size());
        out.gauge("linksocks_cluster_stale_seconds", "For how long changes of other servers are missing; 0 while they come.")
                .is(directory.staleness().map(stale -> Math.max(1, stale.time().toSeconds())).orElse(0L));
    }

    /** The response to {@code /api/cluster}. */
    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("node", own.id());
        directory.staleness().ifPresent(stale -> {
            members.put("stale_seconds", stale.time().toSeconds());
            members.put("stale_reason", stale.reason());
        });
        members.put("nodes", nodes());
        members.put("providers", providers());
        return members;
    }

    /** Servers by name, as in {@link #members}. */
    List<Map<String, Object>> nodes() {
        return directory.all().stream().sorted(Comparator.comparing(Node::name).thenComparing(Node::id)).map(this::of).toList();
    }

    private Map<String, Object> of(Node node) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", node.id());
        members.put("name", node.name());
        members.put("url", node.url().toString());
        members.put("version", node.version());
        members.put("own", node.tag() == own.tag());
        Node.Draining left = node.draining();
        members.put("draining", left == null ? null : Map.of("sessions", left.sessions(), "channels", left.channels(),
                "seconds", left.seconds()));
        return members;
    }

    /** Where the providers of each reverse token are. */
    private List<Map<String, Object>> providers() {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Token token : registry.all()) {
            if (token instanceof ReverseToken reverse && !reverse.isAutonomous()) {
                row(rows, token, own.id(), token.clients());
                directory.providers(TokenHash.of(token.value()), ReverseToken.SHARED)
                        .forEach((node, sessions) -> row(rows, token, directory.find(node).map(Node::id).orElse("?"), sessions));
            }
        }
        return rows;
    }

    private static void row(List<Map<String, Object>> rows, Token token, String node, int sessions) {
        if (sessions > 0) {
            rows.add(Map.of("token", TokenText.label(token.value()), "node", node, "sessions", sessions));
        }
    }

    @Override
    public void close() {
        providers.close();
        nodes.leave();
        directory.close();
    }
}
