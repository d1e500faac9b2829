package io.linksocks.client;

import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.RelayCounters;
import io.linksocks.proxy.EntryOptions;
import io.linksocks.proxy.SocksIngress;
import io.linksocks.relay.SessionPool;
import io.linksocks.socks.SocksCredentials;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** The local SOCKS5 port and the forwards with it, which open once and stay open to the end. */
final class LocalPort {
    private final ClientOptions options;
    private final SessionPool sessions;
    private final DestinationGuard guard;
    private final RelayCounters counters;

    /** Guards all below; held while the port is opened. */
    private final ReentrantLock lock = new ReentrantLock();
    private SocksIngress ingress;
    private boolean closed;

    LocalPort(ClientOptions options, SessionPool sessions, DestinationGuard guard, RelayCounters counters) {
        this.guard = guard;
        this.counters = counters;
        this.options = options;
        this.sessions = sessions;
    }

    /** Opens the port unless there shall be none, it is open, or closed for good. */
    void open() throws LinkSocksException {
        lock.lock();
        try {
            if (options.socks() && !options.reverse() && ingress == null && !closed) {
                ingress = new SocksIngress(new Endpoint(options.socksHost(), options.socksPort()), sessions,
                        new EntryOptions(credentials(), options.fastOpen(),
                                options.batch(), options.maxConnections(), guard, counters, options.forwards()));
            }
        } catch (IOException e) {
            throw new LinkSocksException(LinkSocksException.Kind.LOCAL, e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    /** Null while the port is not open. */
    InetSocketAddress address() {
        lock.lock();
        try {
            return ingress == null ? null : ingress.address();
        } finally {
            lock.unlock();
        }
    }

    /** Those of the forwards, in their order; none while the ports are not open. */
    List<InetSocketAddress> forwards() {
        lock.lock();
        try {
            return ingress == null ? List.of() : ingress.forwards();
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
    }

    private SocksCredentials credentials() {
        return options.socksUsername() == null
                ? null
                : new SocksCredentials(options.socksUsername(), options.socksPassword());
    }
}
