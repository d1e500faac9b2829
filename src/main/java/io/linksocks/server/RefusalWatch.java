package io.linksocks.server;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Turns the counters of what was turned away into events, so that a flood of refusals is one. */
final class RefusalWatch {
    /** Wrong tokens and keys are events of their own, and the rest is no news. */
    private static final Map<String, String> WORDS = Map.of(
            "targets", "connection to a target refused by a rule",
            "datagrams", "datagram refused by a rule",
            "channels", "channel refused: too many, or short of memory",
            "clients", "WebSocket refused: too many clients",
            "connections", "connection refused: too many",
            "socks_connections", "connection to a SOCKS port refused: too many",
            "limited_logins", "attempt turned away: too many had failed",
            "requests", "malformed or slow HTTP request",
            "socks_handshakes", "failed SOCKS handshake",
            "malformed_messages", "malformed message");

    private final Supplier<Map<String, Object>> refusals;
    private final RecentEvents events;
    private final Map<String, Long> known = new HashMap<>();

    /** @param refusals as {@link ServerCounters#refusals} tells them */
    RefusalWatch(Supplier<Map<String, Object>> refusals, RecentEvents events) {
        this.refusals = refusals;
        this.events = events;
    }

    /** Tells what was turned away since the last look; for one thread. */
    void look() {
        refusals.get().forEach((name, count) -> {
            long more = (Long) count - known.getOrDefault(name, 0L);
            if (more > 0 && WORDS.containsKey(name)) {
                events.add(RecentEvents.Kind.LIMIT, WORDS.get(name), more);
            }
            known.put(name, (Long) count);
        });
    }
}
