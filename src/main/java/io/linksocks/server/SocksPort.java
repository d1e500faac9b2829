package io.linksocks.server;

import io.linksocks.proxy.EntryOptions;
import io.linksocks.proxy.SocksIngress;
import io.linksocks.relay.SessionPool;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/** The SOCKS port of a reverse token: known from the beginning, opened later, and then open until the token is removed. */
final class SocksPort {
    private final Endpoint address;
    private final EntryOptions options;
    private final SocksPorts origin;

    /** Guards all below; held while the port is opened. */
    private final ReentrantLock lock = new ReentrantLock();
    private SocksIngress ingress;
    private boolean closed;

    SocksPort(Endpoint address, EntryOptions options, SocksPorts origin) {
        this.address = address;
        this.options = options;
        this.origin = origin;
    }

    int number() {
        return address.port();
    }

    /** Opens the port unless it is open or closed for good. */
    void open(SessionPool sessions) throws IOException {
        lock.lock();
        try {
            if (ingress == null && !closed) {
                ingress = new SocksIngress(address, sessions, options);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isOpen() {
        lock.lock();
        try {
            return ingress != null;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            if (ingress != null) {
                ingress.close();
            }
        } finally {
            lock.unlock();
        }
        origin.release(number());
    }
}
