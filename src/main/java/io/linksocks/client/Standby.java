package io.linksocks.client;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;

import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.Link;
import io.linksocks.util.Authority;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Keeps an authenticated connection ready beside the one in use. */
final class Standby {
    /** How often the connection is pinged; without an answer by the next time it is replaced. */
    private static final Duration CHECK = Duration.ofSeconds(15);
    /** For the answer of a connection that is to be used, or two round trips: it may share the path that is lost. */
    private static final Duration ANSWER_LIMIT = Duration.ofMillis(400);
    private static final Duration ANSWER_POLL = Duration.ofMillis(10);

    private static final System.Logger LOG = System.getLogger(Standby.class.getName());

    private final Roaming.Dial dial;
    private final Pace pace;

    /** Guards what follows; not held while anything blocks. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Awaited by the thread that dials; signalled when it may have something to do. */
    private final Condition changed = lock.newCondition();
    /** The server of the connection in use; null while there is none. */
    private URI url;
    private Login.Admission ready;
    private boolean started;
    private boolean closed;

    Standby(Roaming.Dial dial, Pace pace) {
        this.dial = dial;
        this.pace = pace;
    }

    /** To be called when a connection that can be replaced is in use. */
    void begin(URI server) {
        lock.lock();
        try {
            url = server;
            if (!started) {
                started = true;
                Threads.start("standby", this::run);
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** To be called when that connection has ended: the next one comes first. */
    void end() {
        lock.lock();
        try {
            url = null;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the connection that is ready, whose server has answered just now; null when there is none. */
    Login.Admission take() {
        Login.Admission taken;
        lock.lock();
        try {
            taken = ready;
            ready = null;
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (taken == null || answers(taken.link())) {
            return taken;
        }
        taken.link().abort();
        return null;
    }

    private static boolean answers(Link link) {
        long asked = System.nanoTime();
        long limit = Math.max(ANSWER_LIMIT.toNanos(), 2 * link.roundTrip());
        link.ping();
        try {
            while (link.lastHeard() - asked < 0 && System.nanoTime() - asked < limit) {
                Thread.sleep(ANSWER_POLL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return link.lastHeard() - asked >= 0;
    }

    void close() {
        Login.Admission last;
        lock.lock();
        try {
            closed = true;
            last = ready;
            ready = null;
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (last != null) {
            last.link().close(CloseCode.NORMAL, "not needed");
        }
    }

    // --- the thread ---------------------------------------------------------------------------------------------------

    private void run() {
        try {
            for (URI server = next(); server != null; server = next()) {
                keepReady(server);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until a connection is to be made or checked; returns null when closed. */
    private URI next() throws InterruptedException {
        lock.lock();
        try {
            for (long left = CHECK.toNanos();;) {
                if (closed) {
                    return null;
                }
                if (url == null) {
                    changed.await();
                } else if (ready == null || left <= 0) {
                    return url;
                } else {
                    left = changed.awaitNanos(left);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void keepReady(URI server) throws InterruptedException {
        lock.lock();
        try {
            if (ready != null && System.nanoTime() - ready.link().lastHeard() < 2 * CHECK.toNanos()) {
                ready.link().ping();
                return;
            }
            if (ready != null) {
                ready.link().abort();
                ready = null;
            }
        } finally {
            lock.unlock();
        }
        try {
            keep(dial.connect(server));
            pace.reset();
        } catch (IOException e) {
            Threads.reportError(e);
            LOG.log(DEBUG, () -> "no connection to " + Authority.of(server) + " in reserve: " + e.getMessage());
            pace.onFailure(server, e);
            pause(pace.next(server));
        } catch (RuntimeException e) {
            // Without this nobody would dial again.
            Threads.reportError(e);
            LOG.log(ERROR, "connection to " + Authority.of(server) + " in reserve failed", e);
            pause(pace.next(server));
        }
    }

    private void keep(Login.Admission made) {
        lock.lock();
        try {
            if (!closed) {
                ready = made;
                return;
            }
        } finally {
            lock.unlock();
        }
        made.link().close(CloseCode.NORMAL, "not needed");
    }

    private void pause(Duration time) throws InterruptedException {
        lock.lock();
        try {
            for (long left = time.toNanos(); !closed && left > 0;) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
