package io.linksocks.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.session.SendTurn.Rank;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class SendTurnTest {
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final LinkedBlockingQueue<String> served = new LinkedBlockingQueue<>();
    private volatile Rank admitted = Rank.BULK;
    private final SendTurn turn = new SendTurn(rank -> rank.compareTo(admitted) <= 0);

    @AfterEach
    void stop() {
        workers.close();
    }

    /** Starts one who takes the turn, says his name and gives it back; returns when he stands in the queue. */
    private void queueUp(Rank rank, String name) {
        Thread waiter = Thread.ofVirtual().start(() -> {
            turn.acquire(rank);
            served.add(name);
            turn.release();
        });
        Waiting.untilParked(waiter);
    }

    private List<String> served(int count) throws InterruptedException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(served.poll(2, TimeUnit.MINUTES));
        }
        return names;
    }

    @Test
    void tryingTakesNoTurnThatIsTakenWantedOrClosedToItsRank() throws Exception {
        assertTrue(turn.tryAcquire(Rank.SMALL));
        assertFalse(turn.tryAcquire(Rank.CONTROL), "taken");
        admitted = Rank.CONTROL;
        queueUp(Rank.SMALL, "small");
        turn.release();
        assertFalse(turn.tryAcquire(Rank.SMALL), "another waits");
        assertFalse(turn.tryAcquire(Rank.BULK), "not admitted");
        admitted = Rank.BULK;
        turn.reconsider();
        assertEquals(List.of("small"), served(1));
    }

    @Test
    void goesByRankAndThenByArrival() throws Exception {
        turn.acquire(Rank.BULK);
        queueUp(Rank.BULK, "bulk 1");
        queueUp(Rank.SMALL, "small 1");
        queueUp(Rank.BULK, "bulk 2");
        queueUp(Rank.CONTROL, "control 1");
        queueUp(Rank.SMALL, "small 2");
        queueUp(Rank.CONTROL, "control 2");
        assertTrue(served.isEmpty());
        turn.release();
        assertEquals(List.of("control 1", "control 2", "small 1", "small 2", "bulk 1", "bulk 2"), served(6));
    }

    @Test
    void isHandedOverAndNotFoughtFor() throws Exception {
        turn.acquire(Rank.BULK);
        queueUp(Rank.BULK, "waited");
        turn.release();
        turn.acquire(Rank.BULK);
        assertEquals("waited", served.poll(), "who comes back at once stands behind who waited");
        turn.release();
    }

    @Test
    void aClosedGateHoldsUpOnlyItsRanks() throws Exception {
        admitted = Rank.CONTROL;
        queueUp(Rank.BULK, "bulk");
        queueUp(Rank.SMALL, "small");
        turn.acquire(Rank.CONTROL);
        turn.release();
        assertTrue(served.isEmpty());
        admitted = Rank.SMALL;
        turn.reconsider();
        assertEquals(List.of("small"), served(1));
        admitted = Rank.BULK;
        turn.reconsider();
        assertEquals(List.of("bulk"), served(1));
    }

    @Test
    void theGateIsAskedAgainWhenTheTurnIsGivenBack() throws Exception {
        admitted = Rank.SMALL;
        turn.acquire(Rank.SMALL);
        queueUp(Rank.BULK, "bulk");
        admitted = Rank.BULK;
        turn.release();
        assertEquals(List.of("bulk"), served(1));
    }

    @Test
    void anInterruptDoesNotGetAnybodyAhead() throws Exception {
        turn.acquire(Rank.BULK);
        LinkedBlockingQueue<Boolean> interrupted = new LinkedBlockingQueue<>();
        Thread waiter = Thread.ofVirtual().start(() -> {
            turn.acquire(Rank.BULK);
            interrupted.add(Thread.currentThread().isInterrupted());
            turn.release();
        });
        Waiting.untilParked(waiter);
        waiter.interrupt();
        queueUp(Rank.BULK, "later");
        assertTrue(interrupted.isEmpty());
        turn.release();
        assertTrue(interrupted.poll(2, TimeUnit.MINUTES), "the interrupt is kept for the caller");
        assertEquals(List.of("later"), served(1));
    }

    @Test
    void onlyOneHasTheTurn() throws Exception {
        long seed = System.nanoTime();
        AtomicInteger holders = new AtomicInteger();
        List<Future<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Random random = new Random(seed + i);
            all.add(workers.submit(() -> {
                int most = 0;
                for (int n = 0; n < 500; n++) {
                    turn.acquire(Rank.values()[random.nextInt(3)]);
                    most = Math.max(most, holders.incrementAndGet());
                    if (random.nextInt(8) == 0) {
                        Thread.yield();
                    }
                    holders.decrementAndGet();
                    turn.release();
                }
                return most;
            }));
        }
        for (Future<Integer> one : all) {
            assertEquals(1, one.get(), "seed " + seed);
        }
    }
}
