package io.linksocks.server;

import io.linksocks.http.HttpException;
import io.linksocks.http.RequestHead;
import io.linksocks.http.Response;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Limits who may try to log in: no address that failed too often, and no more clients than there is room for. */
final class Gatekeeper {
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;
    /** A client may have left by then. */
    private static final Duration NEXT_TRY = Duration.ofSeconds(5);

    static final String FULL = "too many clients";

    private final TrustedProxies proxies;
    private final FailureLimiter limiter;
    private final ServerCounters counters;
    private final int maxClients;
    private final AtomicInteger clients = new AtomicInteger();

    Gatekeeper(TrustedProxies proxies, FailureLimiter limiter, ServerCounters counters, int maxClients) {
        this.proxies = proxies;
        this.limiter = limiter;
        this.counters = counters;
        this.maxClients = maxClients;
    }

    /** Finds out who makes a request. */
    Visitor identify(RequestHead head, InetSocketAddress remote) {
        return proxies.visitor(head.headers(), remote);
    }

    /**
     * Refuses to compare a secret while its visitor has to wait.
     *
     * @param hash of the token or key
     * @throws HttpException when the visitor has shown too many wrong ones
     */
    void limit(Visitor visitor, String hash) throws HttpException {
        long seconds = limiter.secondsToWait(visitor.address(), hash);
        if (seconds > 0) {
            counters.limitedLogins.increment();
            throw refusal(TOO_MANY_REQUESTS, "too many failed attempts", seconds);
        }
    }

    /** The visitor showed a wrong token or key. */
    void onFailure(Visitor visitor, String hash) {
        counters.failedLogins.increment();
        limiter.onFailure(visitor.address(), hash);
        counters.events.add(RecentEvents.Kind.LOGIN, "wrong token or key from " + visitor.address().getHostAddress());
    }

    /** The visitor's first message was none. */
    void onMalformed() {
        counters.sessions.malformedMessages.increment();
    }

    /**
     * Saves those who ask for a WebSocket the way when there is no room for a client.
     *
     * @throws HttpException when there is none
     */
    void checkRoom() throws HttpException {
        if (isFull()) {
            counters.refusedClients.increment();
            throw refusal(UNAVAILABLE, FULL, NEXT_TRY.toSeconds());
        }
    }

    /** Makes room for a client that has shown its token, until it leaves; false when there is none. */
    boolean enter() {
        boolean room = clients.incrementAndGet() <= maxClients;
        if (!room) {
            clients.decrementAndGet();
            counters.refusedClients.increment();
        }
        return room;
    }

    /** Whether nobody more may come in. */
    boolean isFull() {
        return clients.get() >= maxClients;
    }

    void leave() {
        clients.decrementAndGet();
    }

    private static HttpException refusal(int status, String reason, long seconds) {
        return new HttpException(
                Response.text(status, reason + "\n").with("Retry-After", Long.toString(seconds)), reason);
    }
}
