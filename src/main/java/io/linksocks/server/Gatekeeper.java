package io.linksocks.server;

import static java.lang.System.Logger.Level.WARNING;

import io.linksocks.http.HttpException;
import io.linksocks.http.Request;
import io.linksocks.http.Response;
import io.linksocks.tls.ServerTls;
import io.linksocks.util.RateLimitedLogger;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Limits logins: per address after failed attempts, and by the number of clients. */
final class Gatekeeper {
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;
    /** A slot may be free by then. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    static final String FULL = "too many clients";

    private static final System.Logger LOG = System.getLogger(Gatekeeper.class.getName());

    private final TrustedProxies proxies;
    private final FailureLimiter limiter;
    private final ServerCounters counters;
    private final int maxClients;
    private final ServerTls tls;
    private final AtomicInteger clients = new AtomicInteger();
    private final RateLimitedLogger limited = new RateLimitedLogger(LOG);
    private final RateLimitedLogger full = new RateLimitedLogger(LOG);

    /** @param tls null for none */
    Gatekeeper(TrustedProxies proxies, FailureLimiter limiter, ServerCounters counters, int maxClients, ServerTls tls) {
        this.proxies = proxies;
        this.limiter = limiter;
        this.counters = counters;
        this.maxClients = maxClients;
        this.tls = tls;
    }

    /** Returns the sender of a request, as seen through trusted proxies. */
    Visitor identify(Request request) {
        return proxies.visitor(request.head().headers(), request.remote());
    }

    /** The same for a client, with its certificate if it needs one. */
    Visitor identifyClient(Request request) {
        Visitor visitor = identify(request);
        return tls == null ? visitor : visitor.with(tls.check(request.tls()));
    }

    /**
     * Refuses to compare a secret while its visitor is rate-limited.
     *
     * @param hash of the token or key
     * @throws HttpException with status 429 after too many wrong ones
     */
    void limit(Visitor visitor, String hash) throws HttpException {
        long seconds = limiter.secondsToWait(visitor.address(), hash);
        if (seconds > 0) {
            counters.limitedLogins.increment();
            limited.warn(visitor.name() + " refused for " + seconds + " s: too many wrong tokens or keys from this address");
            throw refusal(TOO_MANY_REQUESTS, "too many failed attempts", seconds);
        }
    }

    /** Records a wrong token or key. */
    void onFailure(Visitor visitor, String hash) {
        counters.failedLogins.increment();
        limiter.onFailure(visitor.address(), hash);
    }

    /** Records a client without a certificate that is good for it. */
    void onUncertified() {
        counters.failedLogins.increment();
    }

    /**
     * Tells of a refused login in the log and among the events, by the address and by the name of the token.
     *
     * @param peer for the log
     * @param address of the same, without a port, by which repetitions would differ
     * @param token null when it is not known
     */
    void report(RecentEvents.Kind kind, String peer, String address, Token token, String why) {
        String refusal = " refused" + (token == null ? "" : " with " + token.name()) + ": " + why;
        if (token == null) {
            // FailureLimiter bounds these.
            LOG.log(WARNING, () -> peer + refusal);
        } else {
            token.account().refusalLog().warn(peer + refusal);
        }
        counters.events.add(kind, address + refusal);
    }

    /** Records a malformed first message. */
    void onMalformed() {
        counters.sessions.malformedMessages.increment();
    }

    /**
     * Refuses a WebSocket before its handshake when the server is full.
     *
     * @throws HttpException with status 503
     */
    void checkRoom(String peer) throws HttpException {
        if (isFull()) {
            onFull(peer);
            throw refusal(UNAVAILABLE, FULL, RETRY_AFTER.toSeconds());
        }
    }

    /** Takes a slot for an authenticated client, to be freed by {@link #leave}; false when none is free. */
    boolean enter(String peer) {
        boolean room = clients.incrementAndGet() <= maxClients;
        if (!room) {
            clients.decrementAndGet();
            onFull(peer);
        }
        return room;
    }

    private void onFull(String peer) {
        counters.refusedClients.increment();
        full.warn(peer + " refused: the maximum of " + maxClients + " clients is reached; allow more with maxClients(...)");
    }

    /** Whether no slot is free. */
    boolean isFull() {
        return clients.get() >= maxClients;
    }

    /** Frees the slot of a client. */
    void leave() {
        clients.decrementAndGet();
    }

    private static HttpException refusal(int status, String reason, long seconds) {
        return new HttpException(
                Response.text(status, reason + "\n").with("Retry-After", Long.toString(seconds)), reason);
    }
}
