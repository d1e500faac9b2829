package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.linksocks.access.AccessPolicy;
import io.linksocks.dial.RelayCounters;
import io.linksocks.http.HttpException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServerReadinessTest {
    private final TokenRegistry tokens = new TokenRegistry(LinkSocksServer.builder().options(),
            new AccessConfig(AccessPolicy.OPEN, AccessPolicy.OPEN, new RelayCounters()), new ServerCounters().events);
    private final Gatekeeper gatekeeper = new Gatekeeper(new TrustedProxies(List.of()),
            new FailureLimiter(System::nanoTime), new ServerCounters(), 1);
    private final ServerReadiness readiness = new ServerReadiness(tokens, gatekeeper);

    @Test
    void readyUntilItStops() {
        assertEquals(Optional.empty(), readiness.get());
        readiness.stop();
        assertEquals(Optional.of("the server stops"), readiness.get());
    }

    @Test
    void notReadyWhileItIsFull() throws HttpException {
        gatekeeper.enter();
        assertEquals(Optional.of("too many clients"), readiness.get());
        gatekeeper.leave();
        assertEquals(Optional.empty(), readiness.get());
    }
}
