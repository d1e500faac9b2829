package io.linksocks.server;

import io.linksocks.access.AccessRules;
import io.linksocks.protocol.Message;
import io.linksocks.relay.SessionPool;
import io.linksocks.session.Session;
import io.linksocks.util.Threads;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Interchangeable providers and the connector tokens that lead to them: all providers of a reverse token, or those of one
 * instance when providers manage connectors themselves.
 */
final class ProviderGroup {
    private final ReverseToken owner;
    private final UUID instance;
    private final SessionPool providers;
    /** The same or, in a cluster, with sessions of other servers in reserve. */
    private final SessionPool pool;
    /** The token of other servers, as connectors; not listed. */
    private final Token.Connector servers;

    /** Shared with the token. Guards connectors; held while counts are posted, so the last posted count is current. */
    private final ReentrantLock lock;
    private final Set<Token.Connector> connectors = new LinkedHashSet<>();
    /** At other servers of the cluster. */
    private volatile int remoteProviders;

    /** @param instance of its providers; the nil UUID when all providers of the token are one group */
    ProviderGroup(ReverseToken owner, UUID instance) {
        this.owner = owner;
        this.instance = instance;
        SessionPool.Policy policy = new SessionPool.Policy() {
            @Override
            public String refusal() {
                return owner.account().refuseChannel("a SOCKS port", () -> owner.channels() + 1);
            }

            @Override
            public SessionPool.Order order() {
                return SessionPool.Order.valueOf(owner.account().balance().name());
            }
        };
        this.providers = new SessionPool(policy);
        this.lock = owner.lock();
        Runnable onShortage = owner.onShortage(this);
        this.pool = onShortage == null ? providers : new SessionPool(policy, onShortage);
        this.servers = new Token.Connector(owner.account().unlimited(), this, AccessRules.NONE, new SessionPool());
    }

    ReverseToken owner() {
        return owner;
    }

    UUID instance() {
        return instance;
    }

    /** The pool in which new connections find a provider. */
    SessionPool pool() {
        return pool;
    }

    /** The providers of this server alone, for connections that come from other servers. */
    SessionPool localPool() {
        return providers;
    }

    /** Stands for the servers of a cluster, which need no token to be connectors of this group. */
    Token.Connector servers() {
        return servers;
    }

    /** Whether a connector, or another server, has a session. */
    boolean hasConnectors() {
        return servers.clients() > 0 || connectors().stream().anyMatch(connector -> connector.clients() > 0);
    }

    int providers() {
        return providers.size();
    }

    int channels() {
        return pool.channelCount();
    }

    // --- providers -------------------------------------------------------------------------------------------------

    /** Adds a provider, with the token's lock held; returns false when the token has been removed. */
    boolean join(Session provider) {
        boolean joined = providers.add(provider);
        if (joined) {
            if (pool != providers) {
                pool.add(provider);
            }
            provider.post(new Message.Partners(connectorClients()));
            postToConnectors();
        }
        return joined;
    }

    /** Called with the token's lock held. */
    void leave(Session provider) {
        if (providers.remove(provider)) {
            pool.remove(provider);
            postToConnectors();
        }
    }

    /** Closes the sessions of providers, and those with other servers. */
    void close(int code, String reason) {
        providers.closeAll(code, reason);
        pool.closeAll(code, reason);
        servers.close(code, reason);
    }

    /** Returns at once. */
    void setRemoteProviders(int count) {
        remoteProviders = count;
        Threads.start("partners of connectors", this::postLocked);
    }

    private void postLocked() {
        lock.lock();
        try {
            postToConnectors();
        } finally {
            lock.unlock();
        }
    }

    private Message partners() {
        return new Message.Partners(providers.size() + remoteProviders);
    }

    private void postToConnectors() {
        Message count = partners();
        connectors.forEach(connector -> connector.sessions().post(count));
    }

    // --- connectors ------------------------------------------------------------------------------------------------

    void add(Token.Connector connector) {
        lock.lock();
        try {
            if (connectors.add(connector)) {
                owner.connectorCount().incrementAndGet();
            }
        } finally {
            lock.unlock();
        }
    }

    void remove(Token.Connector connector) {
        lock.lock();
        try {
            if (connectors.remove(connector)) {
                owner.connectorCount().decrementAndGet();
                postToProviders();
            }
        } finally {
            lock.unlock();
        }
    }

    List<Token.Connector> connectors() {
        lock.lock();
        try {
            return List.copyOf(connectors);
        } finally {
            lock.unlock();
        }
    }

    /** Adds a connector's session; returns false when its token has been removed. */
    boolean connectorJoins(Token.Connector token, Session session) {
        lock.lock();
        try {
            boolean joined = token.sessions().add(session);
            if (joined) {
                session.post(partners());
                postToProviders();
            }
            return joined;
        } finally {
            lock.unlock();
        }
    }

    void connectorLeaves(Token.Connector token, Session session) {
        lock.lock();
        try {
            if (token.sessions().remove(session)) {
                postToProviders();
            }
        } finally {
            lock.unlock();
        }
    }

    private void postToProviders() {
        providers.post(new Message.Partners(connectorClients()));
    }

    private int connectorClients() {
        return connectors.stream().mapToInt(Token.Connector::clients).sum() + servers.clients();
    }
}
