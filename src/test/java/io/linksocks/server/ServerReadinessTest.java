package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.linksocks.access.AccessPolicy;
import io.linksocks.dial.RelayCounters;
import io.linksocks.http.HttpException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServerReadinessTest {
    private final TokenRegistry tokens = new TokenRegistry(LinkSocksServer.builder().options(),
            new AccessConfig(AccessPolicy.OPEN, AccessPolicy.OPEN, new RelayCounters()), new RecentEvents(Clock.systemUTC()));
    private final ServerCounters counters = new ServerCounters(() -> null);
    private final Gatekeeper gatekeeper = new Gatekeeper(new TrustedProxies(List.of()),
            new FailureLimiter(System::nanoTime), counters, 1);
    private final ServerMetrics metrics = new ServerMetrics(tokens, counters, new Clients(counters, new ServerListener() { }), gatekeeper);

    @Test
    void readyUntilItStops() {
        assertEquals(Optional.empty(), metrics.obstacle());
        metrics.stop();
        assertEquals(Optional.of("the server stops"), metrics.obstacle());
    }

    @Test
    void notReadyWhileItIsFull() throws HttpException {
        gatekeeper.enter();
        assertEquals(Optional.of("too many clients"), metrics.obstacle());
        gatekeeper.leave();
        assertEquals(Optional.empty(), metrics.obstacle());
    }
}
