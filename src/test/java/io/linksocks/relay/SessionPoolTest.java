package io.linksocks.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Transport;
import io.linksocks.session.ChannelAcceptor;
import io.linksocks.session.MemoryLink;
import io.linksocks.session.Session;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class SessionPoolTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private long now;
    private final SessionPool pool = new SessionPool(() -> now);
    private final List<MemoryLink> peers = new ArrayList<>();

    private Session session() {
        MemoryLink.Pair link = MemoryLink.pair("test", 10);
        peers.add(link.client());
        return SessionPair.session(link.server(), ChannelAcceptor.refuseAll("not here"));
    }

    private Session added() {
        Session session = session();
        pool.add(session);
        return session;
    }

    @Test
    void goesRound() throws IOException {
        List<Session> all = List.of(added(), added(), added());
        List<Session> first = List.of(pool.await(LONG), pool.await(LONG), pool.await(LONG));
        assertEquals(3, first.stream().distinct().count());
        assertTrue(first.containsAll(all));
        for (Session session : first) {
            assertSame(session, pool.await(LONG));
        }
    }

    private static SessionPool poolWith(SessionPool.Order order) {
        return new SessionPool(new SessionPool.Policy() {
            @Override
            public SessionPool.Order order() {
                return order;
            }
        });
    }

    @Test
    void connectionsOfOneOriginStayTogetherAndMoveOnlyWhenTheirSessionEnds() throws IOException {
        SessionPool sticky = poolWith(SessionPool.Order.STICKY);
        List<Session> all = List.of(session(), session(), session(), session());
        all.forEach(sticky::add);
        Map<Integer, Session> chosen = new HashMap<>();
        for (int origin = 0; origin < 100; origin++) {
            chosen.put(origin, sticky.await(LONG, origin));
        }
        assertEquals(4, Set.copyOf(chosen.values()).size(), "all have some");
        Session gone = chosen.get(0);
        gone.close(1000, "");
        sticky.remove(gone);
        chosen.forEach((origin, before) -> {
            try {
                Session now = sticky.await(LONG, origin);
                assertTrue(before == gone ? now != gone : now == before);
                assertSame(now, sticky.await(LONG, origin));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertEquals(3, Set.of(sticky.await(LONG), sticky.await(LONG), sticky.await(LONG)).size(), "without an origin");
    }

    @Test
    void theSessionWithTheFewestChannelsIsNext() throws IOException {
        SessionPool least = poolWith(SessionPool.Order.LEAST_CHANNELS);
        Session busy = session();
        Session idle = session();
        least.add(busy);
        least.add(idle);
        for (int i = 0; i < 3; i++) {
            busy.open(Transport.UDP, null);
        }
        for (int i = 0; i < 3; i++) {
            Session next = least.await(LONG);
            assertSame(idle, next);
            next.open(Transport.UDP, null);
        }
        assertEquals(2, Set.of(least.await(LONG), least.await(LONG)).size(), "equals take turns");
    }

    @Test
    void aPolicyRefusesNewConnections() {
        SessionPool closed = new SessionPool(new SessionPool.Policy() {
            @Override
            public String refusal() {
                return "not today";
            }
        });
        closed.add(session());
        assertEquals("not today", assertThrows(IOException.class, () -> closed.await(LONG)).getMessage());
    }

    @Test
    void theReserveServesWhenNobodyElseCan() throws IOException {
        AtomicInteger shortages = new AtomicInteger();
        SessionPool pool = new SessionPool(new SessionPool.Policy() {}, shortages::incrementAndGet);
        Session reserve = session();
        pool.addReserve(reserve);
        assertSame(reserve, pool.await(LONG));
        assertEquals(1, shortages.get());
        Session own = session();
        pool.add(own);
        for (int i = 0; i < 5; i++) {
            assertSame(own, pool.await(LONG));
        }
        assertEquals(1, shortages.get());
        pool.avoid(own);
        assertSame(reserve, pool.await(LONG));
        own.close(1000, "");
        pool.remove(own);
        assertSame(reserve, pool.await(LONG));
        assertTrue(pool.remove(reserve));
        assertThrows(NoSessionException.class, () -> pool.await(Duration.ZERO));
    }

    @Test
    void passesOverThoseThatHaveEnded() throws IOException {
        added().close(1000, "");
        Session living = added();
        added().close(1000, "");
        for (int i = 0; i < 5; i++) {
            assertSame(living, pool.await(Duration.ZERO));
        }
    }

    @Test
    void forgetsWhatWasRemoved() throws IOException {
        Session gone = added();
        Session kept = added();
        pool.await(LONG);
        assertTrue(pool.remove(gone));
        assertFalse(pool.remove(gone));
        assertEquals(1, pool.size());
        assertSame(kept, pool.await(LONG));
        assertSame(kept, pool.await(LONG));
    }

    @Test
    void saysThatNobodyCame() {
        assertThrows(NoSessionException.class, () -> pool.await(Duration.ZERO));
        added().close(1000, "");
        assertThrows(NoSessionException.class, () -> pool.await(Duration.ofMillis(10)));
    }

    @Test
    void waitsForTheFirstToCome() throws Exception {
        FutureTask<Session> waiting = new FutureTask<>(() -> pool.await(LONG));
        Thread waiter = Thread.ofPlatform().start(waiting);
        awaitBlocked(waiter);
        Session came = added();
        assertSame(came, waiting.get());
    }

    private static void awaitBlocked(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            assertTrue(thread.isAlive());
            Thread.onSpinWait();
        }
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        CompletableFuture<Boolean> keptInterrupt = new CompletableFuture<>();
        Thread waiter = Thread.ofPlatform().start(() -> {
            assertThrows(InterruptedIOException.class, () -> pool.await(LONG));
            keptInterrupt.complete(Thread.currentThread().isInterrupted());
        });
        waiter.interrupt();
        assertTrue(keptInterrupt.get());
    }

    @Test
    void saysGoodbyeToAllAndTakesNobodyMore() throws IOException {
        List<Session> all = List.of(added(), added());
        pool.closeAll(1001, "server stops");
        for (Session session : all) {
            assertFalse(session.isAlive());
        }
        for (MemoryLink peer : peers) {
            assertNull(peer.receive());
        }
        assertFalse(pool.add(session()));
        assertThrows(NoSessionException.class, () -> pool.await(LONG));
    }

    @Test
    void letsOthersComeFirstWhileAPeerCantDial() throws IOException {
        Session bad = added();
        Session good = added();
        assertTrue(pool.avoid(bad));
        assertFalse(pool.avoid(bad));
        assertTrue(pool.hasBetterThan(bad));
        assertFalse(pool.hasBetterThan(good));
        for (int i = 0; i < 5; i++) {
            assertSame(good, pool.await(LONG));
        }
        now += SessionPool.AVOIDANCE.toNanos();
        assertEquals(Set.of(bad, good), Set.of(pool.await(LONG), pool.await(LONG)));
        assertTrue(pool.avoid(bad));
    }

    @Test
    void goesRoundWhenNoPeerCanDial() throws IOException {
        Session one = added();
        Session two = added();
        pool.avoid(one);
        pool.avoid(two);
        assertFalse(pool.hasBetterThan(one));
        assertEquals(Set.of(one, two), Set.of(pool.await(LONG), pool.await(LONG)));
    }
}
