package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.access.AccessPolicy;
import io.linksocks.dial.RelayCounters;
import io.linksocks.http.HttpException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServerReadinessTest {
    private final ServerCounters counters = new ServerCounters(() -> null);
    private final TokenRegistry tokens = new TokenRegistry(LinkSocksServer.builder().options(),
            new AccessConfig(AccessPolicy.OPEN, AccessPolicy.OPEN, new RelayCounters()), counters);
    private final Gatekeeper gatekeeper = new Gatekeeper(new TrustedProxies(List.of()),
            new FailureLimiter(System::nanoTime), counters, 1, null);
    private final Clients clients = new Clients(counters, new ServerListener() { });
    private final Drain drain = new Drain(clients, tokens);
    private final ServerMetrics metrics = new ServerMetrics(tokens, counters, clients, gatekeeper, drain, null);

    @Test
    void readyUntilItStops() {
        assertEquals(Optional.empty(), metrics.obstacle());
        metrics.stop();
        assertEquals(Optional.of("the server stops"), metrics.obstacle());
    }

    @Test
    void notReadyWhileItDrains() throws InterruptedException {
        drain.run(Duration.ofHours(1));
        assertTrue(metrics.obstacle().orElseThrow().startsWith("draining: 0 sessions with 0 channels left, for "));
    }

    @Test
    void notReadyWhileItIsFull() throws HttpException {
        assertTrue(gatekeeper.enter("192.0.2.1:5"));
        assertEquals(Optional.of("too many clients"), metrics.obstacle());
        gatekeeper.leave();
        assertEquals(Optional.empty(), metrics.obstacle());
    }
}
