package io.linksocks.relay;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.session.Waiting;
import io.linksocks.util.ThreadDump;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class ClientDialsTest {
    private static final int CARRIERS =
            Integer.getInteger("jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());
    private static final int CHANNELS = 10 * ClientDials.MAX_STARTING;

    /** Otherwise the threads of others would get a processor only after all of them. */
    @Test
    void fewThreadsOfAClientWaitForAProcessor() throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger spinning = new AtomicInteger();
        CountDownLatch served = new CountDownLatch(CHANNELS);
        try {
            for (int i = 0; i < CARRIERS; i++) {
                Thread.ofVirtual().start(() -> {
                    spinning.incrementAndGet();
                    while (!over.get()) {
                        Thread.onSpinWait();
                    }
                });
            }
            Waiting.until("no processor is free", () -> spinning.get() == CARRIERS);
            ClientDials dials = new ClientDials();
            for (int i = 0; i < CHANNELS; i++) {
                dials.serve("waits for a processor", served::countDown);
            }
            String dump = ThreadDump.of(head -> head.contains("waits for a processor"));
            long waiting = dump.lines().filter(line -> line.contains("waits for a processor")).count();
            assertTrue(waiting <= ClientDials.MAX_STARTING, waiting + " threads");
        } finally {
            over.set(true);
        }
        served.await();
    }
}
