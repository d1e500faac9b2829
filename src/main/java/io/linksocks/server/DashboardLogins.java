package io.linksocks.server;

import io.linksocks.http.RequestHead;
import io.linksocks.protocol.TokenHash;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Log-ins of dashboards, which survive a reload of the page without the key. A log-in has two random halves: one in a cookie
 * that scripts can't read, one that the page keeps for its tab and sends in a header. Browsers send cookies to every port of
 * a host, and with requests that pages of these ports make; none of them has the other half.
 */
final class DashboardLogins {
    /** The oldest is evicted. */
    static final int MAX_LOGINS = 64;
    static final Duration LIFETIME = Duration.ofHours(12);

    private static final String HEADER = "LinkSocks-Session";
    private static final String ATTRIBUTES = "; HttpOnly; SameSite=Strict";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES_OF_A_HALF = 16;
    private static final int BYTES_OF_A_NAME = 4;

    private final LongSupplier nanos;
    /** Random, because all servers of a host share its cookies. */
    private final String cookieName = "linksocks-" + random(BYTES_OF_A_NAME);
    /** Guards the next one. */
    private final ReentrantLock lock = new ReentrantLock();
    /** When each began, by the hash of both halves; the oldest first. */
    private final Map<String, Long> began = new LinkedHashMap<>();

    /**
     * A new log-in.
     *
     * @param half   for the page
     * @param cookie the other half, as the value of Set-Cookie
     */
    record Login(String half, String cookie) {}

    /** @param nanos the clock, such as {@link System#nanoTime} */
    DashboardLogins(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Replaces the log-in of a request, if it has one. A cookie without a path is for the paths beside that of the request. */
    Login open(RequestHead head) {
        close(head);
        String half = random(BYTES_OF_A_HALF);
        String other = random(BYTES_OF_A_HALF);
        lock.lock();
        try {
            removeExpired();
            if (began.size() >= MAX_LOGINS) {
                began.remove(began.keySet().iterator().next());
            }
            began.put(TokenHash.of(other + half), nanos.getAsLong());
        } finally {
            lock.unlock();
        }
        return new Login(half, cookieName + "=" + other + ATTRIBUTES + (isSecure(head) ? "; Secure" : ""));
    }

    /** Whether the browser has reached the server by TLS, perhaps that of a reverse proxy. It states the scheme in Origin. */
    private static boolean isSecure(RequestHead head) {
        String origin = head.header("Origin");
        return origin != null && origin.regionMatches(true, 0, "https:", 0, "https:".length());
    }

    /** Whether a request carries both halves of a log-in. */
    boolean include(RequestHead head) {
        lock.lock();
        try {
            removeExpired();
            return offered(head).anyMatch(began::containsKey);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the log-in of a request; returns the value of Set-Cookie that deletes its cookie. */
    String close(RequestHead head) {
        lock.lock();
        try {
            offered(head).forEach(began::remove);
        } finally {
            lock.unlock();
        }
        return cookieName + "=; Max-Age=0" + ATTRIBUTES;
    }

    /** Hashes, because the time of looking one up reveals nothing about the log-in. There may be several cookies of one name. */
    private Stream<String> offered(RequestHead head) {
        String half = head.header(HEADER);
        String start = cookieName + "=";
        return half == null ? Stream.of() : head.headers().all("Cookie").stream()
                .flatMap(line -> Stream.of(line.split(";"))).map(String::strip).filter(cookie -> cookie.startsWith(start))
                .map(cookie -> TokenHash.of(cookie.substring(start.length()) + half));
    }

    /** With the lock. */
    private void removeExpired() {
        long now = nanos.getAsLong();
        Iterator<Long> oldest = began.values().iterator();
        while (oldest.hasNext() && now - oldest.next() >= LIFETIME.toNanos()) {
            oldest.remove();
        }
    }

    private static String random(int bytes) {
        byte[] made = new byte[bytes];
        RANDOM.nextBytes(made);
        return HexFormat.of().formatHex(made);
    }
}
