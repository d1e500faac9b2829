package io.linksocks.client;

import io.linksocks.dial.RelayCounters;
import io.linksocks.metrics.OpenMetrics;
import io.linksocks.relay.SessionPool;
import io.linksocks.session.Session;
import io.linksocks.session.SessionCounters;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The metrics of a client: whether it is connected, and what it refused. */
final class ClientMetrics implements Consumer<OpenMetrics> {
    private final SessionPool sessions;
    private final SessionCounters sessionCounters;
    private final RelayCounters relayCounters;

    ClientMetrics(SessionPool sessions, SessionCounters sessionCounters, RelayCounters relayCounters) {
        this.sessions = sessions;
        this.sessionCounters = sessionCounters;
        this.relayCounters = relayCounters;
    }

    @Override
    public void accept(OpenMetrics out) {
        List<Session> present = sessions.all();
        long attached = present.stream().filter(Session::isAttached).count();
        out.gauge("linksocks_sessions", "Sessions with servers; a detached one has no WebSocket just now.")
                .with("state", "attached", attached).with("state", "detached", present.size() - attached);
        out.counter("linksocks_switches", "Connections to the server replaced because their path was lost.")
                .is(sessionCounters.switches.sum());
        out.counter("linksocks_refused", "What was turned away, by the limit or rule that did it.")
                .with("what", "targets", relayCounters.refusedTargets.sum())
                .with("what", "datagrams", relayCounters.refusedDatagrams.sum())
                .with("what", "channels", sessionCounters.refusedChannels.sum())
                .with("what", "socks_connections", relayCounters.refusedConnections.sum())
                .with("what", "socks_handshakes", relayCounters.failedHandshakes.sum());
    }

    /** Why the client is not ready, if so. */
    Optional<String> obstacle() {
        return sessions.all().stream().anyMatch(Session::isAttached)
                ? Optional.empty()
                : Optional.of("not connected to the server");
    }
}
