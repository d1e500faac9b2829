package io.linksocks.http;

import io.linksocks.util.Sockets;
import io.linksocks.util.Subscriber;
import java.net.Socket;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Connections that have not authenticated yet. Their number limits the memory that they use. When all places are taken, a new
 * connection evicts the oldest one of the address that has most: an honest peer needs its place only briefly, so a crowd of
 * silent connections can't keep it out.
 */
public final class Strangers {
    /** The most that a connection uses: a thread with its buffers, a head of 16 KiB, a response that is being sent. */
    private static final int PLAIN_COST = 32 << 10;
    /** The same, with two buffers for TLS records and the state of a handshake. */
    private static final int TLS_COST = 96 << 10;
    private static final int PART_OF_HEAP = 8;

    private final int places;
    /** Guards all below. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Socket, Subscriber> present = new HashMap<>();
    /** By address; addresses, and the connections of each, are in order of age, the oldest first. */
    private final Map<Subscriber, Set<Socket>> sources = new LinkedHashMap<>();
    private long evicted;

    /** @param places for connections at one time */
    Strangers(int places) {
        this.places = places;
    }

    /**
     * Has as many places as fit into a small part of the heap, and at most half of all connections.
     *
     * @param maxConnections of strangers and others
     * @param tls whether each begins with a TLS handshake
     */
    public static Strangers within(int maxConnections, boolean tls) {
        long room = Runtime.getRuntime().maxMemory() / PART_OF_HEAP / (tls ? TLS_COST : PLAIN_COST);
        return new Strangers((int) Math.max(1, Math.min(room, maxConnections / 2)));
    }

    /** Gives a connection a place, evicting and closing another one if necessary. */
    void enter(Socket socket) {
        Socket victim = null;
        lock.lock();
        try {
            if (present.size() >= places) {
                victim = evictFrom(largest());
            }
            Subscriber source = Subscriber.of(socket.getInetAddress());
            present.put(socket, source);
            sources.computeIfAbsent(source, first -> new LinkedHashSet<>()).add(socket);
        } finally {
            lock.unlock();
        }
        close(victim);
    }

    /**
     * Evicts a connection whose address has more than one.
     *
     * @return false when no address has more than one
     */
    boolean makeRoom() {
        Socket victim = null;
        lock.lock();
        try {
            Set<Socket> largest = largest();
            if (largest.size() > 1) {
                victim = evictFrom(largest);
            }
        } finally {
            lock.unlock();
        }
        close(victim);
        return victim != null;
    }

    /** Frees the place of a connection that has authenticated or ended. */
    void leave(Socket socket) {
        lock.lock();
        try {
            remove(socket);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the connection has a place here. */
    boolean include(Socket socket) {
        lock.lock();
        try {
            return present.containsKey(socket);
        } finally {
            lock.unlock();
        }
    }

    /** The number of evicted connections. */
    long evictions() {
        lock.lock();
        try {
            return evicted;
        } finally {
            lock.unlock();
        }
    }

    /** The connections of the address that has most; of several, the one that came first. */
    private Set<Socket> largest() {
        Set<Socket> largest = Set.of();
        for (Set<Socket> next : sources.values()) {
            largest = next.size() > largest.size() ? next : largest;
        }
        return largest;
    }

    private Socket evictFrom(Set<Socket> some) {
        Socket oldest = some.iterator().next();
        remove(oldest);
        evicted++;
        return oldest;
    }

    private void remove(Socket socket) {
        Subscriber source = present.remove(socket);
        if (source != null) {
            Set<Socket> others = sources.get(source);
            others.remove(socket);
            if (others.isEmpty()) {
                sources.remove(source);
            }
        }
    }

    /** Without the lock, since closing may block. */
    private static void close(Socket victim) {
        if (victim != null) {
            Sockets.close(victim);
        }
    }
}
