package io.linksocks.session;

import io.linksocks.protocol.Features;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class HeartbeatTest {
    private static final SessionSettings SETTINGS = new SessionSettings(
            new NegotiatedParameters(Features.ALL, new UUID(7, 7), 1000, Duration.ofMinutes(1)),
            SessionLimits.DEFAULT.withHalfClosed(Duration.ofMillis(1)), new SessionCounters());

    @Test
    void aBeatThatFailsIsFollowedByOthers() throws InterruptedException {
        CountDownLatch beats = new CountDownLatch(2);
        Heartbeat heartbeat = new Heartbeat(MemoryLink.pair("test", 1).client(), SETTINGS, () -> {
            beats.countDown();
            throw new IllegalStateException("test");
        });
        beats.await();
        heartbeat.stop();
    }
}
