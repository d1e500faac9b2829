package io.linksocks.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.protocol.Link;
import io.linksocks.session.MemoryLink;
import io.linksocks.session.SilentPath;
import io.linksocks.session.SilentPaths;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class RoamingTest {
    private static final URI SERVER = URI.create("ws://server.example");

    private final MemoryLink.Pair first = MemoryLink.pair("first", 10);
    private final MemoryLink.Pair other = MemoryLink.pair("other", 10);
    private final Login.Admission admission = new Login.Admission(other.client(), null);
    /** An attempt takes from here how it ends. */
    private final BlockingQueue<CompletableFuture<Login.Admission>> ends = new LinkedBlockingQueue<>();
    private final AtomicInteger dials = new AtomicInteger();
    private final Roaming roaming = new Roaming(this::dial,
            () -> new Pace(new Backoff(Duration.ofMillis(100), new Random(1)), System::nanoTime));
    private final SilentPath path = SilentPaths.of(first.client(), () -> true);

    RoamingTest() {
        first.client().lastHeard(() -> System.nanoTime() - Duration.ofHours(1).toNanos());
        roaming.begin(SERVER, first.client());
    }

    private Login.Admission dial(URI url) throws IOException {
        dials.incrementAndGet();
        try {
            return ends.take().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unexpected) {
                throw unexpected;
            }
            throw new IOException("cannot reach the server", e);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private void awaitDial() {
        while (dials.get() == 0) {
            Thread.yield();
        }
    }

    /** Waits for an abort, as the reader of a link does. */
    private static void awaitEnd(Link link) {
        assertThrows(IOException.class, link::receive);
    }

    @Test
    void aSecondConnectionTakesThePlaceOfASilentOne() {
        ends.add(CompletableFuture.completedFuture(admission));
        roaming.onSilent(path);
        awaitEnd(first.server());
        assertSame(admission, roaming.end().admission());
    }

    @Test
    void theFirstConnectionStaysWhenItAnswersBeforeTheSecond() throws Exception {
        CompletableFuture<Login.Admission> end = new CompletableFuture<>();
        ends.add(end);
        roaming.onSilent(path);
        awaitDial();
        first.client().lastHeard(System::nanoTime);
        end.complete(admission);
        assertNull(other.server().receive(), "closed");
        assertNull(roaming.end());
    }

    @Test
    void aConnectionThatEndsWhileTheSecondIsDialledWaitsForIt() {
        CompletableFuture<Login.Admission> end = new CompletableFuture<>();
        ends.add(end);
        roaming.onSilent(path);
        awaitDial();
        Thread.startVirtualThread(() -> end.complete(admission));
        assertSame(admission, roaming.end().admission());
    }

    @Test
    void aFailedAttemptIsRepeatedWhileThePathIsSilent() {
        ends.add(CompletableFuture.failedFuture(new IOException("refused")));
        ends.add(CompletableFuture.failedFuture(new IOException("refused")));
        ends.add(CompletableFuture.completedFuture(admission));
        roaming.onSilent(path);
        awaitEnd(first.server());
        assertSame(admission, roaming.end().admission());
        assertEquals(3, dials.get());
    }

    @Test
    void anAttemptThatFailsUnexpectedlyIsRepeatedToo() {
        ends.add(CompletableFuture.failedFuture(new IllegalStateException("test")));
        ends.add(CompletableFuture.completedFuture(admission));
        roaming.onSilent(path);
        awaitEnd(first.server());
        assertSame(admission, roaming.end().admission());
    }

    @Test
    void aConnectionOfBeforeIsNotReplaced() {
        roaming.end();
        roaming.begin(SERVER, other.client());
        roaming.onSilent(path);
        assertNull(roaming.end());
        assertEquals(0, dials.get());
    }

    @Test
    void whatIsDialledWhenTheClientClosesIsClosed() throws Exception {
        CompletableFuture<Login.Admission> end = new CompletableFuture<>();
        ends.add(end);
        roaming.onSilent(path);
        awaitDial();
        roaming.close();
        end.complete(admission);
        assertNull(other.server().receive(), "closed");
    }
}
