package io.linksocks.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private static final int CHANNELS = 8;
    private static final int ROOM = CHANNELS * MemoryBudget.CHANNEL;
    private static final int PIECE = 1000;

    private final MemoryBudget budget = new MemoryBudget(ROOM);

    private final List<String> evicted = new ArrayList<>();

    private MemoryBudget.Account open(String name) {
        return budget.open(() -> evicted.add(name));
    }

    private static int takeAll(MemoryBudget.Account account) {
        int pieces = 0;
        while (account.take(PIECE)) {
            pieces++;
        }
        return pieces;
    }

    @Test
    void aQuarterIsForThoseWhoAreThere() {
        List<MemoryBudget.Account> accounts = new ArrayList<>();
        while (budget.admitsChannel()) {
            accounts.add(open("idle"));
        }
        assertEquals(CHANNELS * 3 / 4, accounts.size());
        assertFalse(budget.isShort());
        accounts.getFirst().lend(1);
        assertTrue(budget.isShort());
        accounts.getFirst().lend(-1);
        assertTrue(accounts.getFirst().take(MemoryBudget.CHANNEL));
        accounts.getFirst().close();
        assertTrue(budget.admitsChannel());
    }

    @Test
    void whoHoldsMostIsEvicted() {
        MemoryBudget.Account greedy = open("greedy");
        MemoryBudget.Account modest = open("modest");
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

    /** Whatever one session has, the next may have as much, until only the least is left for each. */
    @Test
    void theLessIsLeftTheLessMayBeUnacknowledged() {
        MemoryBudget large = new MemoryBudget(64 << 20);
        large.open(() -> evicted.add("busy")).lend(64 << 20);
        assertEquals(16 << 20, large.share());
        large.keep(8 << 20);
        assertEquals(8 << 20, large.share());
        large.keep(8 << 20);
        assertEquals(MemoryBudget.LEAST_SHARE, large.share());
        large.keep(-16 << 20);
        assertEquals(16 << 20, large.share());
    }

    @Test
    void everythingIsGivenBackOnce() {
        List<MemoryBudget.Account> accounts = List.of(open("one"), open("two"));
        assertTrue(accounts.getFirst().take(PIECE));
        accounts.getFirst().give(PIECE);
        assertTrue(accounts.getFirst().take(PIECE));
        accounts.forEach(MemoryBudget.Account::close);
        assertEquals(0, budget.used());
        accounts.getFirst().close();
        accounts.getFirst().give(PIECE);
        assertTrue(accounts.getFirst().take(PIECE), "what comes late is for nobody");
        assertEquals(0, budget.used());
        assertTrue(takeAll(open("last")) > CHANNELS, "and those who are gone hold nothing");
    }
}
