package io.linksocks.client;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;

import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.Link;
import io.linksocks.session.SilentPath;
import io.linksocks.util.Authority;
import io.linksocks.util.Threads;
import io.linksocks.util.TimeText;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Dials a second connection beside one whose path seems lost. The tunnel goes on with it if the server accepts it before
 * the first connection answers; else it is dropped.
 */
final class Roaming {
    private static final System.Logger LOG = System.getLogger(Roaming.class.getName());

    /** Connects to a server. */
    @FunctionalInterface
    interface Dial {
        Login.Admission connect(URI url) throws IOException;
    }

    /** A connection to go on with, and the path that it replaces. */
    record Second(Login.Admission admission, SilentPath lost) {}

    private final Dial dial;
    private final Supplier<Pace> newPace;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Guards what follows; not held while anything blocks. */
    private final ReentrantLock lock = new ReentrantLock();
    /** The connection in use, and its server; null while there is none. */
    private Link first;
    private URI url;
    private Pace pace;
    /** The newest reason to dial. */
    private SilentPath lost;
    private boolean dialling;
    /** The attempt under way; null when there is none. Completed with null when it failed or is not needed. */
    private CompletableFuture<Second> attempt;

    /** @param newPace of attempts while one connection lasts */
    Roaming(Dial dial, Supplier<Pace> newPace) {
        this.dial = dial;
        this.newPace = newPace;
    }

    /** To be called when the tunnel begins to use a connection. */
    void begin(URI server, Link link) {
        lock.lock();
        try {
            first = link;
            url = server;
            pace = newPace.get();
            pace.reset();
        } finally {
            lock.unlock();
        }
    }

    /** To be called when that connection has ended; waits for an attempt under way. Returns null when there is no second. */
    Second end() {
        CompletableFuture<Second> last;
        lock.lock();
        try {
            first = null;
            last = attempt;
            attempt = null;
        } finally {
            lock.unlock();
        }
        return last == null ? null : last.join();
    }

    /** Ends all attempts; the caller cancels that of {@link Dial}. */
    void close() {
        closed.countDown();
    }

    /** Called on the shared timer. */
    void onSilent(SilentPath path) {
        lock.lock();
        try {
            lost = path;
            if (!dialling) {
                dialling = true;
                Threads.start("second connection", this::dialWhileSilent);
            }
        } finally {
            lock.unlock();
        }
    }

    private void dialWhileSilent() {
        try {
            while (isNeeded()) {
                if (!closed.await(pause().toNanos(), TimeUnit.NANOSECONDS)) {
                    dialOnce();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isNeeded() {
        lock.lock();
        try {
            dialling = first == lost.link() && attempt == null && lost.lasts() && !isClosed();
            return dialling;
        } finally {
            lock.unlock();
        }
    }

    private Duration pause() {
        lock.lock();
        try {
            return pace.next(url);
        } finally {
            lock.unlock();
        }
    }

    private void dialOnce() {
        CompletableFuture<Second> own = new CompletableFuture<>();
        URI server;
        lock.lock();
        try {
            if (first != lost.link() || !lost.lasts()) {
                return;
            }
            attempt = own;
            server = url;
        } finally {
            lock.unlock();
        }
        Login.Admission admission = null;
        try {
            admission = connect(server);
        } finally {
            settle(own, admission);
        }
    }

    private Login.Admission connect(URI server) {
        LOG.log(DEBUG, () -> "no answer from " + Authority.of(server) + " for " + TimeText.of(lost.age()) + ": dialling again");
        try {
            return dial.connect(server);
        } catch (IOException e) {
            Threads.reportError(e);
            LOG.log(DEBUG, () -> "no second connection to " + Authority.of(server) + ": " + e.getMessage());
            pace.onFailure(server, e);
            return null;
        } catch (RuntimeException e) {
            // Without this nobody would dial again.
            Threads.reportError(e);
            LOG.log(ERROR, "second connection to " + Authority.of(server) + " failed", e);
            return null;
        }
    }

    /** Passes a connection on to the tunnel, unless the first one has answered meanwhile. */
    private void settle(CompletableFuture<Second> own, Login.Admission admission) {
        Second second = null;
        boolean replaces;
        lock.lock();
        try {
            replaces = attempt == own;
            if (admission != null && !isClosed() && !(replaces && lost.hasAnswered())) {
                second = new Second(admission, lost);
            } else if (replaces) {
                attempt = null;
            }
        } finally {
            lock.unlock();
        }
        own.complete(second);
        if (second == null && admission != null) {
            admission.link().close(CloseCode.NORMAL, "not needed");
        } else if (second != null && replaces) {
            second.lost().link().abort();
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }
}
