package io.linksocks.client;

import io.linksocks.relay.NoSessionException;
import io.linksocks.util.Bounds;
import io.linksocks.util.TimeText;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** What a client has come to: started, ready, closed or failed, and what keeps it from its server. */
final class ClientLife {
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile boolean stopped;
    /** Why the last attempt to connect failed. */
    private volatile String obstacle = "the client has not been started";
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    /** @throws IllegalStateException when it was started or stopped before */
    void start() {
        if (stopped || !started.compareAndSet(false, true)) {
            throw new IllegalStateException("a client starts once, and not after it was closed: build another");
        }
        obstacle = "the server has not answered yet";
    }

    boolean isStarted() {
        return started.get();
    }

    void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }

    void obstruct(String fault) {
        obstacle = fault;
    }

    void ready() {
        ready.complete(null);
    }

    void close() {
        closed.complete(null);
    }

    void fail(LinkSocksException error) {
        closed.completeExceptionally(error);
    }

    void awaitReady(Duration timeout) throws LinkSocksException, TimeoutException, InterruptedException {
        long nanos = Bounds.positive("timeout", timeout).toNanos();
        try {
            CompletableFuture.anyOf(ready, closed).get(nanos, TimeUnit.NANOSECONDS);
            if (closed.isDone()) {
                closed.get();
                throw new LinkSocksException(LinkSocksException.Kind.LOCAL, "the client is closed");
            }
        } catch (TimeoutException e) {
            throw new TimeoutException("not ready within " + TimeText.of(timeout) + ": " + obstacle);
        } catch (ExecutionException e) {
            throw ended(e);
        }
    }

    void awaitClosed() throws LinkSocksException, InterruptedException {
        try {
            closed.get();
        } catch (ExecutionException e) {
            throw ended(e);
        }
    }

    private static LinkSocksException ended(ExecutionException e) {
        return e.getCause() instanceof LinkSocksException known
                ? known
                : new LinkSocksException(LinkSocksException.Kind.LOCAL, String.valueOf(e.getCause()));
    }

    /** Why a program's connection could not be made, as far as this client knows. */
    ConnectException explain(NoSessionException e) {
        ConnectException explained = new ConnectException(whyNoServer(e));
        explained.initCause(e);
        return explained;
    }

    private String whyNoServer(NoSessionException e) {
        if (closed.isCompletedExceptionally()) {
            return "the client has ended: " + closed.exceptionNow().getMessage();
        }
        return stopped ? "the client is closed" : "no connection to the server: " + e.getMessage();
    }
}
