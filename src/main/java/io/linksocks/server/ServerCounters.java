package io.linksocks.server;

import io.linksocks.dial.RelayCounters;
import io.linksocks.http.HttpServer;
import io.linksocks.session.SessionCounters;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The counters and recent events of a server. */
final class ServerCounters {
    final RelayCounters relay = new RelayCounters();
    final SessionCounters sessions = new SessionCounters();
    final RecentEvents events = new RecentEvents(Clock.systemUTC());
    /** WebSockets refused by the client limit. */
    final LongAdder refusedClients = new LongAdder();
    /** Clients whose token is disabled or has expired, and their channels. */
    final LongAdder disabledTokens = new LongAdder();
    /** Clients and channels above a limit of their token. */
    final LongAdder overTokenLimit = new LongAdder();
    /** Wrong tokens, API keys and client certificates. */
    final LongAdder failedLogins = new LongAdder();
    /** Logins refused by rate limiting, without comparing the secret. */
    final LongAdder limitedLogins = new LongAdder();

    private final Supplier<HttpServer> http;
    private final List<Refusal> refusals;
    private final Map<Refusal, Long> reported = new HashMap<>();

    /**
     * A counter of refusals.
     *
     * @param name in the API
     * @param label in the metric of refusals; null when that does not include it
     * @param event text of the event; null when refusals add none, or add it themselves
     */
    record Refusal(String name, String label, String event, LongSupplier count) {
        private Refusal(String name, String event, LongSupplier count) {
            this(name, name, event, count);
        }

        private Refusal(String name, LongSupplier count) {
            this(name, null, null, count);
        }
    }

    /** @param http supplies the HTTP server, once started */
    ServerCounters(Supplier<HttpServer> http) {
        this.http = http;
        refusals = List.of(
                new Refusal("targets", "connection to a target denied by an access rule", relay.refusedTargets::sum),
                new Refusal("datagrams", "datagram denied by an access rule", relay.refusedDatagrams::sum),
                new Refusal("channels", "channel refused: limit reached, or memory low", sessions.refusedChannels::sum),
                new Refusal("clients", "client refused: limit of clients reached", refusedClients::sum),
                new Refusal("connections", "connection refused: limit of connections reached", () -> http.get().refusals()),
                new Refusal("socks_connections", "SOCKS connection refused: limit of connections reached",
                        relay.refusedConnections::sum),
                new Refusal("failed_logins", failedLogins::sum),
                new Refusal("limited_logins", "logins", "login refused: too many failed attempts", limitedLogins::sum),
                new Refusal("requests", "malformed or slow HTTP request", () -> http.get().badRequests()),
                new Refusal("socks_handshakes", "failed SOCKS handshake", relay.failedHandshakes::sum),
                new Refusal("malformed_messages", null, "malformed message", sessions.malformedMessages::sum),
                new Refusal("ignored_messages", sessions.ignoredMessages::sum),
                new Refusal("disabled_tokens", "disabled_tokens", null, disabledTokens::sum),
                new Refusal("token_limits", "token_limits", null, overTokenLimit::sum),
                new Refusal("dropped_datagrams", sessions.droppedDatagrams::sum));
    }

    /** TCP connections to the WebSocket port. */
    int connections() {
        return http.get().connections();
    }

    List<Refusal> refusals() {
        return refusals;
    }

    /** Adds one event per kind of refusal since the last call, with a count. Not thread-safe. */
    void reportRefusals() {
        for (Refusal refusal : refusals) {
            long count = refusal.count().getAsLong();
            long before = reported.getOrDefault(refusal, 0L);
            if (count > before && refusal.event() != null) {
                events.add(RecentEvents.Kind.LIMIT, refusal.event(), count - before);
            }
            reported.put(refusal, count);
        }
    }

    /** Names and values of all counters of refusals, for the API. */
    Map<String, Object> refusalCounts() {
        Map<String, Object> counts = new LinkedHashMap<>();
        refusals.forEach(refusal -> counts.put(refusal.name(), refusal.count().getAsLong()));
        return counts;
    }
}
