package io.linksocks.server;

import io.linksocks.http.HttpException;
import io.linksocks.http.RequestHead;
import io.linksocks.http.Response;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Decides who may try to come in: nobody who has failed too often, and not more clients than there is room for. */
final class Gatekeeper {
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;
    /** A client may have left by then. */
    private static final Duration NEXT_TRY = Duration.ofSeconds(5);

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

    /**
     * Finds out who makes a request.
     *
     * @throws HttpException when the visitor has to wait
     */
    Visitor identify(RequestHead head, InetSocketAddress remote) throws HttpException {
        Visitor visitor = proxies.visitor(head.headers(), remote);
        long seconds = limiter.secondsToWait(visitor.address());
        if (seconds > 0) {
            counters.limitedLogins.increment();
            throw refusal(TOO_MANY_REQUESTS, "too many failed attempts", seconds);
        }
        return visitor;
    }

    /** Whether the visitor has failed too often meanwhile, on other connections. */
    boolean turnsAway(Visitor visitor) {
        boolean away = limiter.secondsToWait(visitor.address()) > 0;
        if (away) {
            counters.limitedLogins.increment();
        }
        return away;
    }

    /** The visitor showed a wrong token or key. */
    void onFailure(Visitor visitor) {
        counters.failedLogins.increment();
        limiter.onFailure(visitor.address());
        counters.events.add(RecentEvents.Kind.LOGIN, "wrong token or key from " + visitor.address().getHostAddress());
    }

    /** The visitor's first message was none. */
    void onMalformed() {
        counters.sessions.malformedMessages.increment();
    }

    /**
     * Makes room for a client, until it leaves.
     *
     * @throws HttpException when there is none
     */
    void enter() throws HttpException {
        if (clients.incrementAndGet() > maxClients) {
            clients.decrementAndGet();
            counters.refusedClients.increment();
            throw refusal(UNAVAILABLE, "too many clients", NEXT_TRY.toSeconds());
        }
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
