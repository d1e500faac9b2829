package io.linksocks.server;

import io.linksocks.dial.RelayCounters;
import io.linksocks.http.HttpServer;
import io.linksocks.session.SessionCounters;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What happened to a server so far. */
final class ServerCounters {
    final RelayCounters relay = new RelayCounters();
    final SessionCounters sessions = new SessionCounters();
    final RecentEvents events = new RecentEvents(Clock.systemUTC());
    /** WebSockets above their limit. */
    final LongAdder refusedClients = new LongAdder();
    /** Wrong tokens and wrong API keys. */
    final LongAdder failedLogins = new LongAdder();
    /** Attempts that were not looked at because too many had failed. */
    final LongAdder limitedLogins = new LongAdder();

    /** What was turned away, for the API. */
    Map<String, Object> refusals(HttpServer http) {
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("targets", relay.refusedTargets.sum());
        counts.put("datagrams", relay.refusedDatagrams.sum());
        counts.put("channels", sessions.refusedChannels.sum());
        counts.put("clients", refusedClients.sum());
        counts.put("connections", http.refusals());
        counts.put("socks_connections", relay.refusedConnections.sum());
        counts.put("failed_logins", failedLogins.sum());
        counts.put("limited_logins", limitedLogins.sum());
        counts.put("requests", http.badRequests());
        counts.put("socks_handshakes", relay.failedHandshakes.sum());
        counts.put("malformed_messages", sessions.malformedMessages.sum());
        counts.put("ignored_messages", sessions.ignoredMessages.sum());
        counts.put("dropped_datagrams", sessions.droppedDatagrams.sum());
        return counts;
    }
}
