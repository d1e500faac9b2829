package io.linksocks.cli;

import static java.lang.System.Logger.Level.ERROR;

import io.linksocks.client.LinkSocksException;
import io.linksocks.util.LogName;
import io.linksocks.util.Reason;
import io.linksocks.util.Threads;
import io.linksocks.util.TimeText;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** One tunnel of several, on a thread of its own that starts it again when it fails. */
final class KeptTunnel {
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    /** Also the pause after a refused token: a server blocks a client after ten failed logins a minute. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private static final System.Logger LOG = System.getLogger(KeptTunnel.class.getName());

    private final Config.Tunnel spec;
    private final Terminal terminal;
    private final CountDownLatch attempted = new CountDownLatch(1);
    /** A permit ends the pause before the next attempt, also one that is about to begin. */
    private final Semaphore wake = new Semaphore(0);

    /** Guards all below; held while the service starts and while it is closed. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Null between attempts. */
    private ServiceCommand.Service service;
    private boolean closed;

    KeptTunnel(Config.Tunnel spec, Terminal terminal) {
        this.spec = spec;
        this.terminal = terminal;
    }

    Config.Tunnel spec() {
        return spec;
    }

    /** Returns when it has started, or has logged why it can't. */
    void start() throws InterruptedException {
        Threads.start(spec.name(), this::keep);
        attempted.await();
    }

    private void keep() {
        LogName.set(spec.name());
        Duration pause = SHORTEST_PAUSE;
        try {
            long began = System.nanoTime();
            for (Exception failure = serve(); failure != null; failure = serve()) {
                if (System.nanoTime() - began > LONGEST_PAUSE.toNanos()) {
                    pause = SHORTEST_PAUSE;
                }
                rest(failure, pause);
                pause = Collections.min(List.of(pause.multipliedBy(2), LONGEST_PAUSE));
                began = System.nanoTime();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            attempted.countDown();
        }
    }

    /** Returns why the service ended; null when it was closed. */
    private Exception serve() throws InterruptedException {
        try {
            ServiceCommand.Service begun = begin();
            if (begun != null) {
                begun.awaitEnd();
            }
            return null;
        } catch (UsageException | IOException e) {
            return end() ? null : e;
        }
    }

    /** Null when it is too late to begin. */
    private ServiceCommand.Service begin() throws UsageException, IOException {
        lock.lock();
        try {
            if (closed) {
                return null;
            }
            wake.drainPermits();
            service = spec.prepare();
            for (String line : service.start()) {
                terminal.out().println(spec.name() + ": " + line);
            }
            terminal.checkOutput();
            attempted.countDown();
            return service;
        } finally {
            lock.unlock();
        }
    }

    /** Closes the service; returns whether the tunnel was closed. */
    private boolean end() {
        lock.lock();
        try {
            if (service != null) {
                service.close();
                service = null;
            }
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private void rest(Exception failure, Duration usual) throws InterruptedException {
        LinkSocksException.Kind kind = failure instanceof LinkSocksException known ? known.kind() : null;
        Duration pause = kind == LinkSocksException.Kind.INVALID_TOKEN ? LONGEST_PAUSE : usual;
        boolean forGood = kind == LinkSocksException.Kind.DISCONNECTED;
        LOG.log(ERROR, () -> Reason.of(failure) + (forGood
                ? "; it stays closed until its options change or SIGHUP comes"
                : "; next attempt in " + TimeText.of(pause)));
        attempted.countDown();
        wake.tryAcquire(forGood ? Long.MAX_VALUE : pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Makes the next attempt start at once; without effect on a running service. */
    void hurry() {
        lock.lock();
        try {
            if (service == null) {
                wake.release();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns when the service has drained, if it is to. */
    void drain() {
        ServiceCommand.Service present;
        lock.lock();
        try {
            present = service;
        } finally {
            lock.unlock();
        }
        if (present != null) {
            present.drain();
        }
    }

    /** Returns when its ports are free. */
    void close() {
        lock.lock();
        try {
            closed = true;
            wake.release();
            end();
        } finally {
            lock.unlock();
        }
    }
}
