package io.linksocks.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private static final int CHANNELS = 8;
    private static final int ROOM = CHANNELS * MemoryBudget.CHANNEL;
    private static final int PIECE = 1000;

    private final MemoryBudget budget = new MemoryBudget(ROOM);

    private final SessionMemory session = budget.openSession("token");
    private final List<String> evicted = new ArrayList<>();

    private ChannelMemory open(String name) {
        return open(session, name);
    }

    private ChannelMemory open(SessionMemory own, String name) {
        return charged(own, MemoryBudget.CHANNEL, () -> evicted.add(name));
    }

    private static ChannelMemory charged(SessionMemory own, int bytes, Runnable evict) {
        ChannelMemory memory = new ChannelMemory(own, bytes, evict);
        memory.charge();
        return memory;
    }

    private static int takeAll(ChannelMemory account) {
        int pieces = 0;
        while (account.take(PIECE)) {
            pieces++;
        }
        return pieces;
    }

    @Test
    void aQuarterIsForThoseWhoAreThere() {
        List<ChannelMemory> accounts = new ArrayList<>();
        while (session.admits(MemoryBudget.CHANNEL)) {
            accounts.add(open("idle"));
        }
        assertEquals(CHANNELS * 3 / 4, accounts.size());
        assertFalse(budget.isShort());
        accounts.getFirst().lend(1);
        assertTrue(budget.isShort());
        accounts.getFirst().lend(-1);
        assertTrue(accounts.getFirst().take(MemoryBudget.CHANNEL));
        accounts.getFirst().close();
        assertTrue(session.admits(MemoryBudget.CHANNEL));
    }

    @Test
    void whoHoldsMostIsEvicted() {
        ChannelMemory greedy = open("greedy");
        ChannelMemory modest = open("modest");
        assertTrue(modest.take(PIECE));
        assertTrue(takeAll(greedy) > 1);
        assertEquals(List.of(), evicted, "the one who asks is told");
        assertTrue(modest.take(PIECE));
        assertEquals(List.of("greedy"), evicted);
        assertTrue(takeAll(modest) > 1);
    }

    @Test
    void manyTogetherKeepTheLimit() {
        for (int i = 0; i < 3 * CHANNELS; i++) {
            takeAll(open("slow"));
            assertTrue(budget.used() <= ROOM, () -> "used " + budget.used());
        }
    }

    @Test
    void thereIsNobodyToEvictWhenSendersHaveAll() {
        open("sender").lend(ROOM);
        assertTrue(open("reader").take(PIECE));
        assertEquals(List.of(), evicted);
    }

    /** One who takes nothing of many downloads makes memory short as much as one whose uploads nobody takes. */
    @Test
    void whatSendersBufferCountsForTheirSession() {
        ChannelMemory modest = open(budget.openSession("modest"), "modest");
        assertTrue(modest.take(3 * PIECE));
        SessionMemory greedy = budget.openSession("greedy");
        open(greedy, "greedy").lend(ROOM / 2);
        SessionMemory late = budget.openSession("late");
        while (evicted.isEmpty() && late.admits(MemoryBudget.CHANNEL)) {
            open(late, "late");
        }
        assertEquals(List.of("greedy"), evicted);
    }

    @Test
    void aClosedChannelHasNothingLent() {
        ChannelMemory sender = open("sender");
        sender.lend(PIECE);
        sender.close();
        assertEquals(0, budget.used());
        sender.lend(-PIECE);
        sender.lend(PIECE);
        assertEquals(0, budget.used(), "what comes late is for nobody");
    }

    /** Whatever one session has, the next may have as much, until only the least is left for each. */
    @Test
    void theLessIsLeftTheLessMayBeUnacknowledged() {
        MemoryBudget large = new MemoryBudget(64 << 20);
        SessionMemory busy = large.openSession("token");
        open(busy, "busy").lend(64 << 20);
        assertEquals(16 << 20, busy.share());
        busy.keep(Backlog.UNACKNOWLEDGED, 8 << 20);
        assertEquals(8 << 20, busy.share());
        busy.keep(Backlog.UNACKNOWLEDGED, 8 << 20);
        assertEquals(MemoryBudget.MIN_OVERDRAWN, busy.share());
        assertEquals(MemoryBudget.MIN_SHARE, large.openSession("other").share());
        busy.keep(Backlog.UNACKNOWLEDGED, -16 << 20);
        assertEquals(16 << 20, busy.share());
    }

    @Test
    void theLeastOfAsManySessionsAsThereMayBeStaysWithinTheirPart() {
        MemoryBudget large = new MemoryBudget(64 << 20);
        SessionMemory last;
        do {
            last = large.openSession("token");
            last.keep(Backlog.UNACKNOWLEDGED, MemoryBudget.MIN_OVERDRAWN);
        } while (large.admitsSession("other"));
        assertFalse(last.isOverdrawn(Backlog.UNACKNOWLEDGED));
    }

    @Test
    void onlyThoseWhoKeepMostAreOverdrawn() {
        SessionMemory greedy = budget.openSession("greedy");
        SessionMemory second = budget.openSession("greedy");
        SessionMemory modest = budget.openSession("modest");
        for (Backlog kind : Backlog.values()) {
            modest.keep(kind, PIECE);
            greedy.keep(kind, ROOM / 4 - 1 - PIECE);
            assertFalse(greedy.isOverdrawn(kind), "a byte is left");
            greedy.keep(kind, 1);
            assertTrue(greedy.isOverdrawn(kind));
            assertTrue(second.isOverdrawn(kind), "the sessions of an owner count together");
            assertFalse(modest.isOverdrawn(kind));
            greedy.close();
            assertTrue(second.isOverdrawn(kind), "what a session has left behind counts until it is gone");
        }
    }

    @Test
    void everythingIsGivenBackOnce() {
        List<ChannelMemory> accounts = List.of(open("one"), open("two"));
        assertTrue(accounts.getFirst().take(PIECE));
        accounts.getFirst().give(PIECE);
        assertTrue(accounts.getFirst().take(PIECE));
        accounts.forEach(ChannelMemory::close);
        assertEquals(0, budget.used());
        accounts.getFirst().close();
        accounts.getFirst().give(PIECE);
        assertTrue(accounts.getFirst().take(PIECE), "what comes late is for nobody");
        assertEquals(0, budget.used());
        assertTrue(takeAll(open("last")) > CHANNELS, "and those who are gone hold nothing");
    }

    // --- several clients -----------------------------------------------------------------------------------------------

    /** Each channel of the greedy client holds less than the one of the modest client, all together hold more. */
    @Test
    void evictsFromTheSessionThatHoldsMostNotFromTheLargestChannel() {
        ChannelMemory modest = open(budget.openSession("token"), "modest");
        assertTrue(modest.take(3 * PIECE));
        SessionMemory greedy = budget.openSession("token");
        List<ChannelMemory> many = IntStream.range(0, 5).mapToObj(i -> open(greedy, "greedy")).toList();
        for (int i = 0; i < 20; i++) {
            many.get(i % many.size()).take(PIECE);
        }
        assertTrue(modest.take(8 * PIECE));
        assertFalse(evicted.isEmpty());
        assertFalse(evicted.contains("modest"));
    }

    @Test
    void idleChannelsOfOneClientDoNotShutOutAnother() {
        SessionMemory greedy = budget.openSession("token");
        for (int i = 0; greedy.admits(MemoryBudget.CHANNEL); i++) {
            open(greedy, "greedy " + i);
        }
        assertEquals(List.of(), evicted, "nobody evicts for its own sake");
        SessionMemory late = budget.openSession("token");
        assertTrue(late.admits(MemoryBudget.CHANNEL));
        assertEquals(List.of("greedy 5"), evicted, "the newest of idle channels");
        open(late, "late");
        assertTrue(budget.used() <= ROOM * 3 / 4);
    }

    /** A client that opens many sessions is one client all the same. */
    @Test
    void manySessionsOfOneTokenCountTogether() {
        for (int i = 0; i < 6; i++) {
            open(budget.openSession("greedy"), "greedy " + i);
        }
        SessionMemory other = budget.openSession("other");
        open(other, "other");
        open(other, "other");
        ChannelMemory asking = open(other, "asking");
        assertTrue(asking.take(PIECE));
        assertTrue(evicted.stream().allMatch(name -> name.startsWith("greedy")), evicted::toString);
        assertFalse(evicted.isEmpty());
    }

    @Test
    void eachOwnerMayHaveAsManySessionsAsItLeavesToOthers() {
        MemoryBudget large = new MemoryBudget(30L * MemoryBudget.SESSION);
        List<SessionMemory> opened = new ArrayList<>();
        while (large.admitsSession("greedy")) {
            opened.add(large.openSession("greedy"));
        }
        assertEquals(15, opened.size());
        assertTrue(large.admitsSession("other"));
        opened.getFirst().close();
        assertTrue(large.admitsSession("greedy"));
    }

    @Test
    void aUdpChannelCountsItsBuffers() {
        MemoryBudget large = new MemoryBudget(1 << 20);
        charged(large.openSession("token"), ChannelMemory.idle(Transport.UDP), () -> { });
        assertTrue(large.used() > 2 * 65_507, () -> large.used() + " bytes");
    }

    /** The last channel may go while another one looks for somebody to evict. */
    @Test
    void thereIsRoomWhenNoChannelIsLeft() {
        ChannelMemory last = open("last");
        session.forget(last);
        budget.use(ROOM);
        assertTrue(last.take(PIECE));
    }
}
