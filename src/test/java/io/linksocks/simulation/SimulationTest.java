package io.linksocks.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.session.Waiting;
import io.linksocks.util.ThreadDump;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Sessions under every fault that a network has: links cut between messages and inside them, frozen, half-open, during the
 * handshake of a resume, many times in a row; attempts that arrive late or twice; up to three servers, any of which a link
 * reaches, and some of which drain. Whatever happens, every byte arrives once and in order, memory stays within its bounds,
 * nothing waits for ever and nothing is left.
 *
 * <p>A seed decides the streams, the limits, the faults and where senders let others go first. The rest of the interleaving is
 * the machine's, so {@code -Dlinksocks.seed=N} repeats one seed a hundred times;
 * {@code -Dlinksocks.seeds=N} runs that many instead of those that fit into a few seconds.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class SimulationTest {
    private static final long SECONDS = 8;
    /** At once, for most of a run is waiting for acknowledgements that are sent late on purpose. */
    private static final int AT_ONCE = 48;
    private static final int REPETITIONS = 100;

    private final AtomicLong links = new AtomicLong();
    private final AtomicLong moves = new AtomicLong();

    @Test
    void everyByteArrivesOnceAndInOrder() throws Exception {
        Long single = Long.getLong("linksocks.seed");
        long first = single != null ? single : System.nanoTime();
        long count = single != null ? REPETITIONS : Long.getLong("linksocks.seeds", Long.MAX_VALUE);
        long runs = runAll(first, single != null ? 0 : 1, count);
        assertTrue(runs > 0);
        System.getLogger(SimulationTest.class.getName()).log(System.Logger.Level.DEBUG,
                runs + " seeds from " + first + ", " + links + " links, " + moves + " moves");
        Waiting.until("threads of sessions have ended, seeds from " + first,
                () -> ThreadDump.of(head -> head.contains(" seed ")).isEmpty());
    }

    private long runAll(long first, long step, long count) throws Exception {
        boolean timed = count == Long.MAX_VALUE;
        long began = System.nanoTime();
        Semaphore places = new Semaphore(AT_ONCE);
        CompletableFuture<Void> failed = new CompletableFuture<>();
        long runs = 0;
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            while (runs < count && !failed.isDone()
                    && !(timed && System.nanoTime() - began > TimeUnit.SECONDS.toNanos(SECONDS))) {
                places.acquire();
                long seed = first + runs++ * step;
                workers.execute(() -> run(seed, places, failed));
            }
        }
        if (failed.isDone()) {
            failed.getNow(null);
        }
        return runs;
    }

    private void run(long seed, Semaphore places, CompletableFuture<Void> failed) {
        try {
            Simulation.Effort effort = new Simulation(seed).run();
            links.addAndGet(effort.links());
            moves.addAndGet(effort.moves());
        } catch (Throwable e) {
            failed.completeExceptionally(e);
        } finally {
            places.release();
        }
    }
}
