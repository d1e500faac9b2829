package io.linksocks.server;

import io.linksocks.proxy.EntryOptions;
import io.linksocks.proxy.PortForward;
import io.linksocks.proxy.SocksIngress;
import io.linksocks.relay.SessionPool;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;

/** Assigns the SOCKS ports of reverse tokens. */
final class SocksPorts {
    /** Range of ports for tokens without a port number, as in the reference. */
    private static final int FIRST = 1024;
    private static final int LAST = 10_240;
    /** Whoever adds a token chooses its port: a program, a file of tokens, a user of the HTTP API. */
    private static final String CHOICE = "another SOCKS port";

    private final String host;
    /** Whether this server opens the ports; if not, other servers of its cluster do. */
    private final boolean opens;
    /** Guards all below; held while ports are tried. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Integer> taken = new HashSet<>();
    private int next;

    /**
     * Starts at a random port, so that servers on the same host rarely collide.
     *
     * @param reserved a port that no token gets
     * @param opens whether this server opens the ports; if not, others do
     */
    SocksPorts(String host, int reserved, boolean opens) {
        this(host, reserved, opens, ThreadLocalRandom.current().nextInt(FIRST, LAST + 1));
    }

    /** @param first the port to try first */
    SocksPorts(String host, int reserved, boolean opens, int first) {
        this.host = host;
        this.opens = opens;
        this.next = first;
        taken.add(reserved);
    }

    /**
     * Assigns a port; one that is opened here is reserved, and checked to be free.
     *
     * @param wanted 0 for any that is free here
     * @throws IOException naming the wanted port and what to do when it can't be opened
     */
    Port assign(int wanted, EntryOptions options) throws IOException {
        if (opens) {
            return assignHere(wanted, options);
        }
        if (wanted != 0) {
            return elsewhere(wanted);
        }
        Port free = assignHere(0, options);
        free.close();
        return elsewhere(free.number());
    }

    private Port assignHere(int wanted, EntryOptions options) throws IOException {
        lock.lock();
        try {
            int number = wanted == 0 ? anyFree() : wanted;
            if (wanted != 0 && taken.contains(wanted)) {
                throw new IOException("port " + wanted + " is already in use by this server; choose " + CHOICE);
            }
            if (wanted != 0) {
                tryOut(wanted, options.reusePort());
            }
            for (PortForward forward : options.forwards()) {
                forward.tryOut(options.reusePort());
            }
            taken.add(number);
            return new Port(number, options, true);
        } finally {
            lock.unlock();
        }
    }

    /** A port that was assigned before; if it is opened here, whether that is possible shows when it is. */
    Port reserve(int number, EntryOptions options) {
        if (!opens) {
            return elsewhere(number);
        }
        Port port = new Port(number, options, false);
        port.reserve();
        return port;
    }

    /** A port that is open at other servers only. */
    private Port elsewhere(int number) {
        return new Port(number, null, false);
    }

    /** Assigns ports in sequence, so that a released one is reused last. */
    private int anyFree() throws IOException {
        IOException failure = null;
        for (int tried = 0; tried <= LAST - FIRST; tried++) {
            int number = next;
            next = next == LAST ? FIRST : next + 1;
            if (!taken.contains(number)) {
                try {
                    tryOut(number, false);
                    return number;
                } catch (IOException e) {
                    failure = e;
                }
            }
        }
        throw new IOException("no free SOCKS port between " + FIRST + " and " + LAST
                + (failure == null ? "" : "; last error: " + failure.getMessage()), failure);
    }

    private void tryOut(int number, boolean reusePort) throws IOException {
        SocksIngress.tryOut(new Endpoint(host, number), CHOICE, reusePort);
    }

    /** A SOCKS port, reserved when assigned, opened later, and released when its token is removed. */
    final class Port {
        private final int number;
        /** Null when the port is never opened here. */
        private final SocksIngress ingress;
        /** Whether it is this token's, not that of another one here; guarded by the lock. */
        private boolean reserved;
        private boolean closed;

        private Port(int number, EntryOptions options, boolean reserved) {
            this.number = number;
            this.ingress = options == null ? null : new SocksIngress(new Endpoint(host, number), CHOICE, options);
            this.reserved = reserved;
        }

        int number() {
            return number;
        }

        private boolean reserve() {
            lock.lock();
            try {
                reserved = reserved || !closed && taken.add(number);
                return reserved;
            } finally {
                lock.unlock();
            }
        }

        /** Opens the port unless it is open, or closed by {@link #close}. */
        void open(SessionPool sessions) throws IOException {
            if (ingress == null) {
                return;
            }
            if (!reserve()) {
                throw new IOException("port " + number + " is already in use by this server for another token");
            }
            ingress.open(sessions);
        }

        /** Frees the port for a process that shares it; its connections go on. */
        void leave() {
            if (ingress != null) {
                ingress.leave();
            }
        }

        boolean isOpen() {
            return ingress != null && ingress.isOpen();
        }

        private void release() {
            lock.lock();
            try {
                closed = true;
                if (reserved) {
                    taken.remove(number);
                    reserved = false;
                }
            } finally {
                lock.unlock();
            }
        }

        void close() {
            if (ingress != null) {
                ingress.close();
            }
            release();
        }
    }
}
