package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.linksocks.http.HttpServer;
import io.linksocks.http.Limits;
import io.linksocks.server.RecentEvents.Event;
import io.linksocks.server.RecentEvents.Kind;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentEventsTest {
    private Instant now = Instant.EPOCH;
    private final RecentEvents events = new RecentEvents(new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    });

    private List<String> texts(long seen) {
        return texts(events, seen);
    }

    private static List<String> texts(RecentEvents events, long seen) {
        return events.after(seen).stream().map(event -> event.text() + " " + event.count()).toList();
    }

    @Test
    void tellsWhatIsNew() {
        events.add(Kind.CLIENT, "a");
        events.add(Kind.TOKEN, "b");
        events.add(Kind.CLIENT, "c");
        assertEquals(List.of("a 1", "b 1", "c 1"), texts(0));
        assertEquals(List.of("c 1"), texts(events.after(0).get(1).order()));
        assertEquals(List.of(), texts(events.after(0).getLast().order()));
    }

    @Test
    void whatHappensToManyIsFewEvents() {
        events.add(Kind.TOKEN, "first", "added");
        for (int i = 0; i < RecentEvents.FEW + 5; i++) {
            events.add(Kind.TOKEN, "token " + i, "removed");
        }
        List<String> texts = texts(0);
        assertEquals(1 + RecentEvents.FEW + 1, texts.size());
        assertEquals(List.of("first added 1", "token 0 removed 1"), texts.subList(0, 2));
        assertEquals("other tokens removed 5", texts.getLast());
        now = now.plus(RecentEvents.TOGETHER);
        events.add(Kind.TOKEN, "late", "removed");
        assertEquals("late removed 1", texts(0).getLast());
    }

    @Test
    void theSameAgainIsOneEventForAMinute() {
        events.add(Kind.LIMIT, "full", 2);
        events.add(Kind.LIMIT, "other");
        Event first = events.after(0).getFirst();
        now = now.plus(RecentEvents.TOGETHER).minusMillis(1);
        events.add(Kind.LIMIT, "full", 3);
        assertEquals(List.of("other 1", "full 5"), texts(0));
        Event again = events.after(0).getLast();
        assertEquals(first.id(), again.id());
        assertEquals(now.toEpochMilli(), again.time());
        now = now.plus(Duration.ofMillis(1));
        events.add(Kind.LIMIT, "full");
        assertEquals(List.of("other 1", "full 5", "full 1"), texts(0));
    }

    @Test
    void aCrowdOfOneKindPushesOutItsOwn() {
        events.add(Kind.TOKEN, "precious");
        for (int i = 0; i < 3 * RecentEvents.ROOM; i++) {
            events.add(Kind.LOGIN, "guess " + i);
        }
        assertEquals(1 + RecentEvents.ROOM, events.after(0).size());
        assertEquals("precious", events.after(0).getFirst().text());
        assertEquals("guess " + (3 * RecentEvents.ROOM - 1), events.after(0).getLast().text());
    }

    @Test
    void refusalsAreCountedFromReportToReport() throws IOException {
        HttpServer http = new HttpServer(new ServerSocket(), List.of(), (head, socket, in, out) -> { },
                Limits.connections(1));
        ServerCounters counters = new ServerCounters(() -> http);
        counters.failedLogins.add(3);
        counters.reportRefusals();
        assertEquals(List.of(), texts(counters.events, 0));
        counters.sessions.refusedChannels.add(7);
        counters.reportRefusals();
        counters.sessions.refusedChannels.add(2);
        counters.reportRefusals();
        counters.reportRefusals();
        assertEquals(List.of("channel refused: limit reached, or memory low 9"), texts(counters.events, 0));
    }
}
