package io.linksocks.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class ChannelStateTest {
    private static final UUID ID = new UUID(1, 2);

    private final MemoryBudget budget = new MemoryBudget(1 << 30);
    private final SessionCounters counters = new SessionCounters();
    private final AtomicLong growth = new AtomicLong(1 << 20);
    private final AtomicInteger closed = new AtomicInteger();

    private ChannelState state(long credit) {
        return state(credit, SessionLimits.DEFAULT);
    }

    private ChannelState state(long credit, SessionLimits limits) {
        ChannelMemory memory = new ChannelMemory(budget.openSession(this), MemoryBudget.CHANNEL, () -> { });
        memory.charge();
        return new ChannelState(credit, new ReceiveWindow(1000, 4000, growth, 0), limits, counters,
                memory, closed::incrementAndGet);
    }

    private static Message.Data data(int length) {
        return new Message.Data(Transport.TCP, ID, Compression.NONE, Slice.of(new byte[length]), null, null);
    }

    // --- phases --------------------------------------------------------------------------------------------------------

    /** Whatever ends a channel, in whatever phase, gives back its memory and its growth, once. */
    @Test
    void everyWayToTheEndReleasesMemoryAndGrowth() {
        List<Consumer<ChannelState>> before = List.of(s -> { }, ChannelState::confirm, ChannelState::sendFin,
                ChannelState::receiveFin, s -> s.widen(TimeUnit.SECONDS.toNanos(1)));
        List<Consumer<ChannelState>> ends = List.of(s -> s.close("closed", null), s -> s.close("reset", "reset"),
                s -> s.discard("closed", null), s -> s.discard("evicted", "evicted"), s -> {
                    s.sendFin();
                    s.receiveFin();
                }, s -> {
                    s.receiveFin();
                    s.sendFin();
                });
        for (Consumer<ChannelState> first : before) {
            for (Consumer<ChannelState> end : ends) {
                closed.set(0);
                ChannelState state = state(10);
                first.accept(state);
                end.accept(state);
                assertTrue(state.isClosed());
                assertFalse(state.close("again", "again"));
                assertEquals(1, closed.get(), "told once");
                assertEquals(0, budget.used());
                assertEquals(1 << 20, growth.get());
            }
        }
    }

    @Test
    void whatWaitsAtTheEndIsCountedUntilItWasPassedOn() throws Exception {
        ChannelState state = state(10);
        assertNull(state.inbox().offer(data(100)));
        state.sendFin();
        state.receiveFin();
        assertTrue(state.isClosed());
        assertTrue(budget.used() > 100);
        state.consume(state.inbox().take(), 0);
        assertEquals(0, budget.used());
        assertNull(state.inbox().take());
    }

    @Test
    void finIsSentOnceAndNotAfterTheEnd() {
        ChannelState state = state(10);
        assertTrue(state.sendFin());
        assertFalse(state.sendFin());
        state.receiveFin();
        assertFalse(state.sendFin());
        ChannelState other = state(10);
        other.close("reset", "reset");
        assertFalse(other.sendFin());
    }

    @Test
    void whatTheDiallingSideSaysTooLateIsNoAnswer() {
        ChannelState state = state(10);
        assertTrue(state.giveUp("connect timed out"));
        state.refuse("no route to host");
        state.disconnect("closed by peer", null);
        assertFalse(state.isAnswered());
        assertEquals("connect timed out",
                assertThrows(ChannelException.class, () -> state.awaitConfirmation(null)).getMessage());
    }

    @Test
    void aRefusedChannelIsNotGivenUp() {
        ChannelState state = state(10);
        state.refuse("no route to host");
        assertTrue(state.isAnswered());
        assertFalse(state.giveUp("connect timed out"));
    }

    @Test
    void aHalfClosedChannelIsGivenLessTimeToBeSilent() {
        ChannelState state = state(10);
        state.confirm();
        assertEquals(SessionLimits.DEFAULT.idle(), state.idleLimit());
        state.receiveFin();
        assertEquals(SessionLimits.DEFAULT.halfClosed(), state.idleLimit());
        ChannelState other = state(10);
        other.sendFin();
        assertEquals(SessionLimits.DEFAULT.halfClosed(), other.idleLimit());
    }

    @Test
    void silenceEndsAChannelOnce() {
        ChannelState state = state(10, SessionLimits.DEFAULT.withHalfClosed(Duration.ofNanos(-1)));
        assertNull(state.closeIfIdle(), "an open channel may be silent for longer");
        state.receiveFin();
        assertTrue(state.closeIfIdle().startsWith("half-closed, and silent"));
        assertTrue(state.isClosed());
        assertEquals(0, budget.used());
        assertNull(state.closeIfIdle());
    }

    // --- credit --------------------------------------------------------------------------------------------------------

    private static CompletableFuture<Void> take(ChannelState state, int bytes) {
        CompletableFuture<Void> taken = new CompletableFuture<>();
        Waiting.untilParked(Thread.ofVirtual().start(() -> {
            try {
                state.sendWindow().take(bytes);
                taken.complete(null);
            } catch (ChannelException e) {
                taken.completeExceptionally(e);
            }
        }));
        return taken;
    }

    @Test
    void countsWhatApplicationsTookNotWhatWasReadAhead() throws Exception {
        ChannelState state = state(100);
        state.confirm();
        state.sendWindow().take(90);
        assertTrue(state.sendWindow().grant(1000), "a wider window");
        state.sendWindow().take(900);
        assertEquals(190, counters.takenBytes.sum());
        assertTrue(state.sendWindow().grant(500));
        assertEquals(690, counters.takenBytes.sum());
        assertNull(state.inbox().offer(data(100)));
        assertEquals(0, counters.passedOnBytes.sum());
        state.consume(state.inbox().take(), 0);
        assertEquals(100, counters.passedOnBytes.sum());
        state.sendFin();
        assertEquals(690, counters.takenBytes.sum());
        state.receiveFin();
        assertEquals(990, counters.takenBytes.sum(), "all of it at an orderly end");
    }

    @Test
    void whatAnApplicationHasLeftUnreadIsNotCounted() throws Exception {
        ChannelState state = state(100);
        state.confirm();
        state.sendWindow().grant(1000);
        state.sendWindow().take(1000);
        state.disconnect("closed by peer", null);
        assertEquals(100, counters.takenBytes.sum());
    }

    @Test
    void aSenderWaitsForCredit() throws Exception {
        ChannelState state = state(10);
        state.sendWindow().take(9);
        state.sendWindow().take(1000);
        assertEquals(0, counters.windowStalls.sum());
        CompletableFuture<Void> next = take(state, 1);
        assertTrue(state.sendWindow().grant(999), "it owes 999");
        assertFalse(next.isDone());
        assertTrue(state.sendWindow().grant(1));
        next.get();
        assertEquals(1, counters.windowStalls.sum(), "it had to wait");
    }

    @Test
    void theEndOfTheChannelWakesTheSender() {
        ChannelState state = state(0);
        CompletableFuture<Void> waiting = take(state, 1);
        state.close("gone", null);
        Exception end = assertThrows(ExecutionException.class, () -> waiting.get());
        assertEquals(ChannelException.class, end.getCause().getClass());
        assertThrows(ChannelException.class, () -> state.sendWindow().take(1));
    }

    @Test
    void theEndOfTheChannelWakesASenderThatALimitedRateHoldsUp() {
        RateLimit sent = new RateLimit();
        sent.set(1);
        ChannelState state = state(1 << 20,
                SessionLimits.DEFAULT.withRates(new SessionRates(sent, RateLimit.NONE), 1 << 20));
        CompletableFuture<Void> waiting = take(state, 1 << 20);
        state.close("gone", null);
        Exception end = assertThrows(ExecutionException.class, () -> waiting.get());
        assertEquals("gone", end.getCause().getMessage());
        assertThrows(ChannelException.class, () -> state.sendWindow().take(1 << 20));
    }
}
