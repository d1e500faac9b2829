package io.linksocks.server;

import io.linksocks.access.AccessRules;
import io.linksocks.session.Session;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The token of providers, which dial for its SOCKS port and for connectors. All providers form one group or, with connector
 * autonomy, one group per instance, which keeps its connector tokens for a grace period after its last connection has ended,
 * whether or not a session waited for a resume (docs/protocol.md, tokens).
 */
final class ReverseToken implements Token {
    /** Reported in place of a port with connector autonomy, as by the reference. */
    static final int NO_PORT = -1;

    /** Key of the shared group. */
    static final UUID SHARED = new UUID(0, 0);

    private final TokenAccount account;
    private final AccessRules rules;
    private final SocksPorts.Port port;
    private final PortOpener opener;
    private final Duration grace;
    private final Observer observer;
    /** The group of all providers; null when each instance has its own. */
    private final ProviderGroup shared;
    private final AtomicInteger connectorCount = new AtomicInteger();
    private final RefusalPace refusals = new RefusalPace(System::nanoTime);

    /** Guards all below and the connectors of the groups. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<UUID, ProviderGroup> groups = new HashMap<>();
    private final Map<UUID, ScheduledFuture<?>> expiries = new HashMap<>();
    private boolean closed;
    /** At other servers of the cluster. */
    private volatile int remoteProviders;

    /** Hears of the groups of a token. */
    interface Observer {
        /** Called with the lock of the token held. */
        void onProviders(ReverseToken token, UUID group, int count);

        /** To be run when a group lacks providers; null when there are none elsewhere. */
        default Runnable onShortage(ProviderGroup group) {
            return null;
        }

        /** A group is gone after its grace period, and its connector tokens with it. */
        void onExpiry(ProviderGroup group);
    }

    /**
     * @param rules its own, if any
     * @param port null with connector autonomy
     * @param grace how long the group of an instance outlives its last connection
     */
    ReverseToken(TokenAccount account, AccessRules rules, SocksPorts.Port port, Duration grace, Observer observer) {
        this.account = account;
        this.rules = rules;
        this.port = port;
        this.opener = new PortOpener(this::name, this::openPort);
        this.grace = grace;
        this.observer = observer;
        this.shared = port == null ? null : new ProviderGroup(this, SHARED);
        if (shared != null) {
            groups.put(SHARED, shared);
        }
    }

    @Override
    public TokenAccount account() {
        return account;
    }

    @Override
    public String type() {
        return "reverse";
    }

    /** The rules of this token; empty for those of the server. */
    AccessRules rules() {
        return rules;
    }

    /** Whether its providers may add and remove connector tokens. */
    boolean isAutonomous() {
        return port == null;
    }

    /** The number of the SOCKS port, or {@link #NO_PORT}. */
    int port() {
        return port == null ? NO_PORT : port.number();
    }

    /** The group of all providers; null when each instance has its own. */
    ProviderGroup sharedGroup() {
        return shared;
    }

    List<Connector> connectors() {
        return groups().stream().flatMap(group -> group.connectors().stream())
                .sorted(Comparator.comparing(Connector::value)).toList();
    }

    /** Number of connector tokens in all groups, including groups whose provider is disconnected. */
    AtomicInteger connectorCount() {
        return connectorCount;
    }

    Runnable onShortage(ProviderGroup group) {
        return observer.onShortage(group);
    }

    /** Rate-limits refusals to its providers. */
    RefusalPace refusals() {
        return refusals;
    }

    /** Shared with the groups. */
    ReentrantLock lock() {
        return lock;
    }

    // --- SOCKS port --------------------------------------------------------------------------------------------------

    /** Opens the SOCKS port unless it is open. */
    void openPort() throws IOException {
        port.open(shared.pool());
    }

    /** The same; a failure is logged, shows in the readiness, and is retried until it is over. */
    void tryOpenPort() {
        opener.open();
    }

    /** Opens the SOCKS port when there is a provider at another server of the cluster. */
    void onRemoteProviders(int count) {
        remoteProviders = count;
        if (shared != null) {
            shared.setRemoteProviders(count);
        }
        if (count > 0 && port != null && !port.isOpen()) {
            tryOpenPort();
        }
    }

    /** Frees the SOCKS port, if there is one, for a process that shares it; its connections go on. */
    void leavePort() {
        if (port != null) {
            port.leave();
        }
    }

    /** Whether a connector of these providers, or another server, has a session. */
    boolean hasConnectors() {
        return groups().stream().anyMatch(ProviderGroup::hasConnectors);
    }

    /** Whether there are providers, but the SOCKS port could not be opened. */
    boolean lacksPort() {
        return opener.hasFailed() && !port.isOpen() && clients() + remoteProviders > 0;
    }

    // --- providers -------------------------------------------------------------------------------------------------

    /** Returns the provider's group, or null when the token has been removed. */
    ProviderGroup join(UUID instance, Session provider) {
        ProviderGroup group = joinGroup(key(instance), provider);
        if (group != null && port != null) {
            tryOpenPort();
        }
        return group;
    }

    private ProviderGroup joinGroup(UUID key, Session provider) {
        lock.lock();
        try {
            if (closed) {
                return null;
            }
            ScheduledFuture<?> expiry = expiries.remove(key);
            if (expiry != null) {
                expiry.cancel(false);
            }
            ProviderGroup group = groups.computeIfAbsent(key, absent -> new ProviderGroup(this, key));
            if (!group.join(provider)) {
                return null;
            }
            observer.onProviders(this, key, group.providers());
            return group;
        } finally {
            lock.unlock();
        }
    }

    void leave(UUID instance, Session provider) {
        UUID key = key(instance);
        lock.lock();
        try {
            ProviderGroup group = groups.get(key);
            if (group == null) {
                return;
            }
            group.leave(provider);
            observer.onProviders(this, key, group.providers());
            if (group == shared || closed || group.providers() > 0) {
                return;
            }
            if (group.connectors().isEmpty()) {
                groups.remove(key);
            } else {
                expiries.put(key, Threads.later(grace.minus(provider.absence()),
                        () -> Threads.start("connector tokens expire", () -> expire(key, group))));
            }
        } finally {
            lock.unlock();
        }
    }

    private void expire(UUID key, ProviderGroup group) {
        lock.lock();
        try {
            if (group.providers() > 0 || !groups.remove(key, group)) {
                return;
            }
            expiries.remove(key);
        } finally {
            lock.unlock();
        }
        observer.onExpiry(group);
    }

    private UUID key(UUID instance) {
        return shared == null ? instance : SHARED;
    }

    List<ProviderGroup> groups() {
        lock.lock();
        try {
            return List.copyOf(groups.values());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int clients() {
        return groups().stream().mapToInt(ProviderGroup::providers).sum();
    }

    @Override
    public int channels() {
        return groups().stream().mapToInt(ProviderGroup::channels).sum();
    }

    @Override
    public void close(int code, String reason) {
        shut();
        opener.close();
        if (port != null) {
            port.close();
        }
        try (ExecutorService closers = Threads.perTask("close providers")) {
            groups().forEach(group -> closers.execute(() -> group.close(code, reason)));
        }
    }

    private void shut() {
        lock.lock();
        try {
            closed = true;
            expiries.values().forEach(expiry -> expiry.cancel(false));
            expiries.clear();
        } finally {
            lock.unlock();
        }
    }
}
