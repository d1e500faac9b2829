package io.linksocks.server;

import io.linksocks.protocol.TokenHash;
import io.linksocks.util.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Providers at other servers of the cluster, for groups that have none here. From the first connection that lacks a provider
 * on, there is a session with every server that has some of the group, until there was no need for a while.
 */
final class RemoteProviders implements AutoCloseable {
    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final Duration CHECK = Duration.ofSeconds(30);
    /** A connection that lacks a provider makes the directory be read again, but not each of many. */
    private static final Duration REFRESH = Duration.ofMillis(250);

    private final RemoteServer.Shared shared;
    private final LongSupplier clock;
    private final Duration interval;
    private final Map<ProviderGroup, Need> needs = new ConcurrentHashMap<>();

    RemoteProviders(RemoteServer.Shared shared) {
        this(shared, System::nanoTime, CHECK);
    }

    /** @param interval at which sessions are checked for use */
    RemoteProviders(RemoteServer.Shared shared, LongSupplier clock, Duration interval) {
        this.shared = shared;
        this.clock = clock;
        this.interval = interval;
    }

    /** A connection has found no provider here. Called with the lock of a pool held. */
    void want(ProviderGroup group) {
        needs.computeIfAbsent(group, Need::new).want();
    }

    /** Servers or providers have come or gone. */
    void refresh() {
        needs.values().forEach(Need::refresh);
    }

    @Override
    public void close() {
        needs.values().forEach(Need::close);
    }

    /** The sessions for one group. */
    private final class Need {
        private final ProviderGroup group;
        private final AtomicBoolean refreshing = new AtomicBoolean();
        private volatile long wantedAt = clock.getAsLong();
        private volatile long refreshedAt = wantedAt - REFRESH.toNanos();

        /** Guards all below. */
        private final ReentrantLock lock = new ReentrantLock();
        /** By tag. */
        private final Map<Integer, RemoteServer> servers = new HashMap<>();
        private boolean closed;

        Need(ProviderGroup group) {
            this.group = group;
            Threads.later(interval, this::check);
        }

        void want() {
            wantedAt = clock.getAsLong();
            if (wantedAt - refreshedAt >= REFRESH.toNanos()) {
                refresh();
            }
        }

        void refresh() {
            if (refreshing.compareAndSet(false, true)) {
                refreshedAt = clock.getAsLong();
                Threads.start("remote providers", this::update);
            }
        }

        private void update() {
            refreshing.set(false);
            List<RemoteServer> retired = new ArrayList<>();
            lock.lock();
            try {
                if (!closed) {
                    Map<Integer, Integer> present = shared.directory().providers(
                            TokenHash.of(group.owner().value()), group.instance());
                    servers.values().removeIf(RemoteServer::isOver);
                    for (Integer tag : List.copyOf(servers.keySet())) {
                        if (!takesConnections(tag) || !present.containsKey(tag)) {
                            retired.add(servers.remove(tag));
                        }
                    }
                    present.keySet().stream().filter(this::takesConnections).forEach(this::connect);
                }
            } finally {
                lock.unlock();
            }
            retired.forEach(RemoteServer::retire);
        }

        private boolean takesConnections(Integer tag) {
            return shared.directory().find(tag).filter(node -> node.draining() == null).isPresent();
        }

        private void connect(Integer tag) {
            servers.computeIfAbsent(tag, absent -> {
                RemoteServer server = new RemoteServer(shared, group, tag);
                server.start();
                return server;
            });
        }

        /** Called by the timer. */
        private void check() {
            lock.lock();
            try {
                boolean used = servers.values().stream().anyMatch(server -> server.channels() > 0);
                if (closed) {
                    return;
                }
                if (used || clock.getAsLong() - wantedAt < IDLE.toNanos()) {
                    Threads.later(interval, this::check);
                    return;
                }
            } finally {
                lock.unlock();
            }
            needs.remove(group, this);
            Threads.start("close remote providers", this::close);
        }

        /** Closing a session may block. */
        void close() {
            List<RemoteServer> all;
            lock.lock();
            try {
                closed = true;
                all = List.copyOf(servers.values());
                servers.clear();
            } finally {
                lock.unlock();
            }
            all.forEach(RemoteServer::close);
        }
    }
}
