package io.linksocks.client;

import io.linksocks.websocket.HandshakeException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The pauses between attempts, of which a server may want longer ones by {@code Retry-After} (RFC 9110, section 10.2.3). */
final class Pace {
    /** A shorter connection does not count as one that worked: the server may be refusing all clients. */
    private static final long SETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Backoff backoff;
    private final LongSupplier clock;
    /** When a server that asked for a pause may be asked again. */
    private final Map<URI, Long> notBefore = new ConcurrentHashMap<>();
    private long begunAt;

    /** @param clock in nanoseconds */
    Pace(Backoff backoff, LongSupplier clock) {
        this.backoff = backoff;
        this.clock = clock;
    }

    /** To be called when a connection was established. */
    void reset() {
        backoff.reset();
    }

    /** To be called when a connection begins to be used. */
    void onBegin() {
        begunAt = clock.getAsLong();
    }

    /** To be called when that connection has ended. */
    void onEnd() {
        if (clock.getAsLong() - begunAt > SETTLED_NANOS) {
            backoff.reset();
        }
    }

    /** To be called when a connection, however short, has carried something. */
    void onProgress() {
        backoff.ease();
    }

    void onFailure(URI url, IOException failure) {
        notBefore.remove(url);
        if (failure.getCause() instanceof HandshakeException answer && !answer.retryAfter().isZero()) {
            notBefore.put(url, clock.getAsLong() + answer.retryAfter().toNanos());
        }
    }

    /** The pause before the next attempt, which is for this server. */
    Duration next(URI url) {
        Duration usual = backoff.next();
        Duration wanted = left(url);
        return wanted.compareTo(usual) > 0 ? wanted : usual;
    }

    /** For how long the server wants no attempt; negative or zero when it may be asked. */
    Duration left(URI url) {
        Long time = notBefore.get(url);
        return time == null ? Duration.ZERO : Duration.ofNanos(time - clock.getAsLong());
    }
}
