package io.linksocks.dial;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.util.Endpoint;
import io.linksocks.util.RateLimitedLogger;
import io.linksocks.util.Reason;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Detects an upstream proxy that leads back to this process, where a request would loop for ever. Neither SOCKS nor CONNECT
 * has a hop count, so a busy proxy is asked now and then for a random address: when a peer then asks this process for that
 * address, there is a loop.
 */
public final class LoopDetectingDialer implements Dialer {
    /** Requests without an answer, and requests since the last check, that cause a check. */
    private static final int PENDING = 8;
    static final int REQUESTS = 64;
    /** At most one check in this time; after a loop was found, the proxy is not used for as long. */
    static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final Duration TIMEOUT = Dialer.CONNECT_TIMEOUT;
    /** How long the request that caused a check waits for it. */
    private static final Duration HEAD_START = Duration.ofMillis(250);

    /** Addresses that proxies are being asked for. */
    private static final Map<Endpoint, LoopDetectingDialer> ASKED = new ConcurrentHashMap<>();
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int PORT = 9;

    private static final System.Logger LOG = System.getLogger(LoopDetectingDialer.class.getName());
    private static final RateLimitedLogger WARNING = new RateLimitedLogger(LOG);

    private final Dialer proxy;
    private final LongSupplier clock;
    /** Guards all below; nothing blocks while it is held. */
    private final ReentrantLock lock = new ReentrantLock();
    private int pending;
    private int requests;
    /** On the clock's scale; null before the first check, or loop. */
    private Long checkedAt;
    private Long foundAt;

    LoopDetectingDialer(Dialer proxy) {
        this(proxy, System::nanoTime);
    }

    LoopDetectingDialer(Dialer proxy, LongSupplier clock) {
        this.proxy = proxy;
        this.clock = clock;
    }

    /**
     * Checks a target that a peer asks for.
     *
     * @throws DialException when it is one that only a proxy of this process was asked for
     */
    public static void refuseReturned(Endpoint target) throws DialException {
        if (ASKED.isEmpty() || !target.isLiteral()) {
            return;
        }
        LoopDetectingDialer asker = ASKED.get(canonical(target));
        if (asker != null) {
            asker.onLoop();
            throw asker.refusal();
        }
    }

    private static Endpoint canonical(Endpoint literal) {
        try {
            return Endpoint.of(InetAddress.getByName(literal.host()), literal.port());
        } catch (UnknownHostException e) {
            return literal;
        }
    }

    /** A request to the proxy. */
    private interface Request<T> {
        T run() throws IOException;
    }

    @Override
    public Socket connect(Endpoint target, Duration timeout) throws IOException {
        return ask(() -> proxy.connect(target, timeout));
    }

    @Override
    public DatagramPath openDatagramPath(Duration timeout) throws IOException {
        return ask(() -> proxy.openDatagramPath(timeout));
    }

    private <T> T ask(Request<T> request) throws IOException {
        Thread check = begin();
        try {
            if (check != null) {
                awaitHeadStart(check);
                refuseInLoop();
            }
            return request.run();
        } finally {
            end();
        }
    }

    /** Counts a request; returns the check that it has caused, or null. */
    private Thread begin() throws DialException {
        lock.lock();
        try {
            refuseInLoop();
            long now = clock.getAsLong();
            pending++;
            requests++;
            boolean suspicious = pending >= PENDING || requests >= REQUESTS;
            if (!suspicious || checkedAt != null && now - checkedAt < INTERVAL.toNanos()) {
                return null;
            }
            checkedAt = now;
            requests = 0;
            return Threads.start("check for a loop", this::check);
        } finally {
            lock.unlock();
        }
    }

    private void refuseInLoop() throws DialException {
        lock.lock();
        try {
            if (foundAt != null && clock.getAsLong() - foundAt < INTERVAL.toNanos()) {
                throw refusal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** In a loop, this request would otherwise go round faster than the check and leave no connection for it. */
    private static void awaitHeadStart(Thread check) {
        try {
            check.join(HEAD_START);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        lock.lock();
        try {
            pending--;
        } finally {
            lock.unlock();
        }
    }

    private void check() {
        Endpoint unroutable = unroutable();
        ASKED.put(unroutable, this);
        try {
            Sockets.close(proxy.connect(unroutable, TIMEOUT));
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "no loop through " + proxy + " found: " + Reason.of(e));
        } finally {
            ASKED.remove(unroutable);
        }
    }

    /** 100::/64 is routed nowhere (RFC 6666); the rest of the address is random. */
    private static Endpoint unroutable() {
        return canonical(new Endpoint(String.format("100::%x:%x:%x:%x", RANDOM.nextInt(0x10000), RANDOM.nextInt(0x10000),
                RANDOM.nextInt(0x10000), RANDOM.nextInt(0x10000)), PORT));
    }

    private void onLoop() {
        lock.lock();
        try {
            foundAt = clock.getAsLong();
            // The first suspicious request after the pause causes a check.
            checkedAt = null;
        } finally {
            lock.unlock();
        }
        WARNING.warn(refusal().getMessage() + "; name another with upstreamProxy(...)");
    }

    private DialException refusal() {
        return new DialException(DialError.LOCAL, "the upstream proxy " + proxy + " leads back into this tunnel");
    }

    @Override
    public String toString() {
        return proxy.toString();
    }
}
