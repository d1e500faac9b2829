package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.linksocks.access.AccessPolicy;
import io.linksocks.dial.RelayCounters;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeparturesTest {
    private static final String DISABLED = "the token is disabled";

    private final ServerCounters counters = new ServerCounters(() -> null);
    private final TokenRegistry tokens = new TokenRegistry(LinkSocksServer.builder().options(),
            new AccessConfig(AccessPolicy.OPEN, AccessPolicy.OPEN, new RelayCounters()), counters);
    private final List<Runnable> jobs = new ArrayList<>();
    private final RecentEvents events = counters.events;
    private final Departures departures = new Departures(events, (delay, job) -> jobs.add(job));

    private Token token(String value) {
        return tokens.add(TokenRecord.forward(value));
    }

    private void leave(int number, String role, Token token, String reason) {
        for (int i = 0; i < number; i++) {
            departures.add(role, "192.0.2.1:" + i, token, reason);
        }
    }

    /** The texts of clients' events after all that is due has been done. */
    private List<String> texts() {
        jobs.forEach(Runnable::run);
        jobs.clear();
        return events.after(0).stream().filter(event -> event.kind() == RecentEvents.Kind.CLIENT)
                .map(RecentEvents.Event::text).toList();
    }

    @Test
    void fewClientsAreReportedOneByOne() {
        leave(2, "client", token("abcdefghijklmnop"), DISABLED);
        assertEquals(List.of("client 192.0.2.1:0 left: " + DISABLED, "client 192.0.2.1:1 left: " + DISABLED), texts());
    }

    @Test
    void theFirstIsReportedAtOnce() {
        leave(2, "client", token("abcdefghijklmnop"), DISABLED);
        assertEquals("client 192.0.2.1:0 left: " + DISABLED, events.after(0).getLast().text());
    }

    @Test
    void aCrowdThatFollowsForTheSameReasonIsOneEvent() {
        Token token = token("abcdefghijklmnop");
        leave(100, "client", token, DISABLED);
        leave(1, "provider", token, "connection closed by peer");
        assertEquals(List.of("client 192.0.2.1:0 left: " + DISABLED, "provider 192.0.2.1:0 left: connection closed by peer",
                "99 more clients of forward token abcd… left: " + DISABLED), texts());
    }

    @Test
    void aCrowdOfSeveralTokensAndRolesIsOneEvent() {
        leave(10, "connector", token("first"), "server stops");
        leave(10, "provider", token("second"), "server stops");
        assertEquals(List.of("connector 192.0.2.1:0 left: server stops", "19 more clients of 2 tokens left: server stops"),
                texts());
    }

    @Test
    void whoeverLeavesLaterIsReportedToo() {
        Token token = token("abcdefghijklmnop");
        leave(100, "client", token, DISABLED);
        texts();
        leave(1, "client", token, DISABLED);
        assertEquals("client 192.0.2.1:0 left: " + DISABLED, texts().getLast());
    }

    @Test
    void nobodyIsForgottenAtTheEnd() {
        leave(5, "client", token("abcdefghijklmnop"), "server stops");
        departures.close();
        assertEquals("4 more clients of forward token abcd… left: server stops", events.after(0).getLast().text());
    }
}
