package io.linksocks.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.linksocks.session.MemoryLink;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class StandbyTest {
    private static final URI SERVER = URI.create("ws://server.example");

    private final BlockingQueue<MemoryLink.Pair> made = new LinkedBlockingQueue<>();
    /** An attempt waits for a permit: whether it is to succeed. */
    private final SynchronousQueue<Boolean> permits = new SynchronousQueue<>();
    private RuntimeException unexpected;
    private final Standby standby = new Standby(this::dial,
            new Pace(new Backoff(Duration.ofMillis(10), new Random(1)), System::nanoTime));

    private Login.Admission dial(URI url) throws IOException {
        try {
            if (!permits.take()) {
                if (unexpected != null) {
                    throw unexpected;
                }
                throw new IOException("refused");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        MemoryLink.Pair pair = MemoryLink.pair("standby", 1);
        made.add(pair);
        return new Login.Admission(pair.client(), null);
    }

    private void permit(boolean success) {
        try {
            permits.put(success);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void close() {
        standby.close();
        permits.offer(false);
    }

    private Login.Admission await() {
        Login.Admission taken = standby.take();
        while (taken == null) {
            Thread.yield();
            taken = standby.take();
        }
        return taken;
    }

    @Test
    void anotherConnectionIsMadeForTheOneThatIsTaken() throws Exception {
        standby.begin(SERVER);
        for (int round = 0; round < 3; round++) {
            permits.put(true);
            assertSame(made.take().client(), await().link());
        }
    }

    @Test
    void aFailedAttemptIsRepeated() throws Exception {
        standby.begin(SERVER);
        permits.put(false);
        permits.put(false);
        permits.put(true);
        assertSame(made.take().client(), await().link());
    }

    @Test
    void anAttemptThatFailsUnexpectedlyIsRepeatedToo() throws Exception {
        unexpected = new IllegalStateException("test");
        standby.begin(SERVER);
        permits.put(false);
        permits.put(true);
        assertSame(made.take().client(), await().link());
    }

    @Test
    void nothingIsDialledBesideAConnectionThatIsLost() {
        standby.begin(SERVER);
        standby.end();
        assertNull(standby.take());
        assertEquals(0, made.size());
    }

    @Test
    void aConnectionThatDoesNotAnswerIsNotUsed() throws Exception {
        standby.begin(SERVER);
        permits.put(true);
        MemoryLink.Pair silent = made.take();
        long before = System.nanoTime();
        silent.client().lastHeard(() -> before);
        Thread.startVirtualThread(() -> permit(true));
        assertNotSame(silent.client(), await().link());
    }

    @Test
    void theConnectionInReserveIsClosedAtTheEnd() throws Exception {
        standby.begin(SERVER);
        permits.put(true);
        standby.close();
        assertNull(made.take().server().receive());
        assertNull(standby.take());
    }
}
