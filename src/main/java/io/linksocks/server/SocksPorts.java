package io.linksocks.server;

import io.linksocks.proxy.EntryOptions;
import io.linksocks.proxy.PortForward;
import io.linksocks.proxy.SocksIngress;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;

/** Gives every reverse token a SOCKS port of its own. */
final class SocksPorts {
    /** Where ports come from when no number is asked for, as with the reference. */
    private static final int FIRST = 1024;
    private static final int LAST = 10_240;

    private final String host;
    /** Guards all below; held while ports are tried. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Integer> taken = new HashSet<>();
    private int next;

    /**
     * Begins with a random port: several servers on one machine would otherwise open and close the same one to try it.
     *
     * @param reserved a port that no token may have
     */
    SocksPorts(String host, int reserved) {
        this(host, reserved, ThreadLocalRandom.current().nextInt(FIRST, LAST + 1));
    }

    /** @param first the port to try first */
    SocksPorts(String host, int reserved, int first) {
        this.host = host;
        this.next = first;
        taken.add(reserved);
    }

    /**
     * @param wanted 0 for any that can be opened
     * @throws IOException when the wanted one can't be opened, naming it and what to do
     */
    SocksPort assign(int wanted, EntryOptions options) throws IOException {
        lock.lock();
        try {
            int number = wanted == 0 ? anyFree() : wanted;
            if (wanted != 0 && taken.contains(wanted)) {
                throw new IOException("port " + wanted
                        + " is in use by this server already; choose another SOCKS port with -p");
            }
            if (wanted != 0) {
                tryOut(wanted);
            }
            for (PortForward forward : options.forwards()) {
                forward.tryOut();
            }
            taken.add(number);
            return new SocksPort(new Endpoint(host, number), options, this);
        } finally {
            lock.unlock();
        }
    }

    /** Numbers are used in turn, so that one that was given back just now is the last to be used again. */
    private int anyFree() throws IOException {
        IOException failure = null;
        for (int tried = 0; tried <= LAST - FIRST; tried++) {
            int number = next;
            next = next == LAST ? FIRST : next + 1;
            if (!taken.contains(number)) {
                try {
                    tryOut(number);
                    return number;
                } catch (IOException e) {
                    failure = e;
                }
            }
        }
        throw new IOException("no free SOCKS port between " + FIRST + " and " + LAST
                + (failure == null ? "" : ", at last: " + failure.getMessage()), failure);
    }

    private void tryOut(int number) throws IOException {
        SocksIngress.tryOut(new Endpoint(host, number));
    }

    void release(int number) {
        lock.lock();
        try {
            taken.remove(number);
        } finally {
            lock.unlock();
        }
    }
}
