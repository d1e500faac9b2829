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
 * Finds an upstream proxy that leads back to this process, where one request would go round for ever. Neither SOCKS nor CONNECT
 * has a hop count that other proxies pass on, so a busy proxy is asked now and then for an address that nobody else asks for:
 * when a peer then asks this process for it, there is a loop.
 */
public final class LoopDetectingDialer implements Dialer {
    /** So many requests without an answer, or since the last check, are reason to check. */
    static final int PENDING = 8;
    static final int REQUESTS = 64;
    /** At most one check in this time; after a loop was found, so long the proxy is not used. */
    static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final Duration TIMEOUT = Dialer.CONNECT_TIMEOUT;

    /** Addresses that proxies are being asked for. */
    private static final Map<Endpoint, LoopDetectingDialer> ASKED = new ConcurrentHashMap<>();
    /** 100::/64 is routed nowhere (RFC 6666); the rest of the address is random. */
    private static final int ADDRESS_BYTES = 16;
    private static final int DISCARD_PREFIX = 8;
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
    private boolean checking;
    /** Null before there was one, on the clock's scale; so is the next. */
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
     * Takes note when a target that a peer asks for is one that only a proxy of this process was asked for.
     *
     * @throws DialException when it is
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

    /** What is asked of the proxy. */
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
        begin();
        try {
            return request.run();
        } finally {
            end();
        }
    }

    private void begin() throws DialException {
        lock.lock();
        try {
            long now = clock.getAsLong();
            if (foundAt != null && now - foundAt < INTERVAL.toNanos()) {
                throw refusal();
            }
            pending++;
            requests++;
            boolean suspicious = pending >= PENDING || requests >= REQUESTS;
            if (suspicious && !checking && (checkedAt == null || now - checkedAt >= INTERVAL.toNanos())) {
                Threads.start("check for a loop", this::check);
                checking = true;
                checkedAt = now;
                requests = 0;
            }
        } finally {
            lock.unlock();
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
        byte[] random = new byte[ADDRESS_BYTES - DISCARD_PREFIX];
        RANDOM.nextBytes(random);
        byte[] address = new byte[ADDRESS_BYTES];
        address[0] = 1;
        System.arraycopy(random, 0, address, DISCARD_PREFIX, random.length);
        try {
            check(Endpoint.of(InetAddress.getByAddress(address), PORT));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        } finally {
            lock.lock();
            checking = false;
            lock.unlock();
        }
    }

    private void check(Endpoint nobodys) {
        ASKED.put(nobodys, this);
        try {
            Sockets.close(proxy.connect(nobodys, TIMEOUT));
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "no loop through " + proxy + " as far as can be told: " + Reason.of(e));
        } finally {
            ASKED.remove(nobodys);
        }
    }

    private void onLoop() {
        lock.lock();
        try {
            foundAt = clock.getAsLong();
            // What comes after the pause is checked at once.
            checkedAt = null;
        } finally {
            lock.unlock();
        }
        WARNING.warn(refusal().getMessage());
    }

    private DialException refusal() {
        return new DialException(DialError.OTHER,
                "the upstream proxy " + proxy + " leads back into this tunnel; name another with -x");
    }

    @Override
    public String toString() {
        return proxy.toString();
    }
}
