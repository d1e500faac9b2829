package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Message;
import io.linksocks.server.ReverseTokenOptions;
import io.linksocks.util.RecordedLog;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients make a server log. */
@Timeout(240)
class ClientLogIT {
    /** Of a token, for each minute that has begun. */
    private static final int LINES = 60;

    @Test
    void aClientInALoopNeitherFillsTheLogNorHidesOthers() throws Exception {
        long began = System.nanoTime();
        try (RecordedLog log = new RecordedLog("io.linksocks.server"); Network network = new Network()) {
            network.server.addForwardToken("loop");
            network.server.addReverseToken(ReverseTokenOptions.builder().token("other").connectorAutonomy(true).build());
            for (int i = 0; i < 2 * LINES; i++) {
                connect(network, "loop", false);
            }
            connect(network, "other", true);
            Await.until("another client is in the log",
                    () -> log.messages().stream().anyMatch(line -> line.matches("provider \\S+ connected")));
            long lines = log.messages().stream().filter(line -> line.matches("client \\S+ (?:connected|left).*")).count();
            long minutes = TimeUnit.NANOSECONDS.toMinutes(System.nanoTime() - began);
            assertTrue(lines > 1 && lines <= LINES * (minutes + 1), lines + " lines in " + minutes + " min");
        }
    }

    private static void connect(Network network, String token, boolean reverse) throws Exception {
        try (RawPeer peer = RawPeer.byUrl(network.server.port(), token, reverse, null)) {
            peer.expect(Message.AuthResponse.class);
        }
    }
}
