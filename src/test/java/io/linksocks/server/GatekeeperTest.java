package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.http.HttpException;
import io.linksocks.protocol.TokenHash;
import io.linksocks.util.IpLiteral;
import io.linksocks.util.RecordedLog;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The operator learns whom the server has refused, and not more than once a minute. */
class GatekeeperTest {
    private static final Visitor VISITOR = new Visitor(IpLiteral.address("192.0.2.7"), "192.0.2.7:5");

    private final Gatekeeper gatekeeper = new Gatekeeper(new TrustedProxies(List.of()), new FailureLimiter(() -> 0),
            new ServerCounters(() -> null), 1, null);
    private final RecordedLog log = new RecordedLog(Gatekeeper.class.getName());

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void aFullServerTellsWhoIsRefused() throws HttpException {
        gatekeeper.checkRoom(VISITOR.name());
        assertTrue(gatekeeper.enter("192.0.2.1:2"));
        assertEquals(List.of(), log.messages());
        assertThrows(HttpException.class, () -> gatekeeper.checkRoom(VISITOR.name()));
        assertFalse(gatekeeper.enter("192.0.2.8:6"));
        assertEquals(List.of("192.0.2.7:5 refused: the maximum of 1 clients is reached; allow more with maxClients(...)"),
                log.messages());
    }

    @Test
    void clientsThatMayNotUseATokenDontFillTheLog() {
        long began = System.nanoTime();
        Token disabled = new Token.Forward(new TokenAccount(TokenRecord.forward("disabled token"), null), null, null);
        for (int i = 0; i < 2 * TokenAccount.LOGGED; i++) {
            gatekeeper.report(RecentEvents.Kind.LIMIT, VISITOR.name(), VISITOR.host(), disabled, "the token is disabled");
        }
        long minutes = TimeUnit.NANOSECONDS.toMinutes(System.nanoTime() - began);
        assertEquals("192.0.2.7:5 refused with forward token dis…: the token is disabled", log.messages().getFirst());
        assertTrue(log.messages().size() <= TokenAccount.LOGGED * (minutes + 1), log.messages().size() + " lines");
    }

    @Test
    void whoHasToWaitIsNamedAndNotTheSecret() throws HttpException {
        for (int i = 0; i < FailureLimiter.FAILURES; i++) {
            gatekeeper.limit(VISITOR, TokenHash.of("wrong " + i));
            gatekeeper.onFailure(VISITOR, TokenHash.of("wrong " + i));
        }
        assertEquals(List.of(), log.messages());
        for (int i = 0; i < 2; i++) {
            HttpException refusal = assertThrows(HttpException.class, () -> gatekeeper.limit(VISITOR, TokenHash.of("right")));
            assertEquals(429, refusal.status());
        }
        assertEquals(List.of("192.0.2.7:5 refused for 4 s: too many wrong tokens or keys from this address"), log.messages());
    }
}
