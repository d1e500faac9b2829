package io.linksocks.server;

import io.linksocks.protocol.Message;
import io.linksocks.relay.SessionPool;
import io.linksocks.session.Session;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Providers that stand in for each other, and the connector tokens that lead to them: all providers of a reverse token, or
 * those of one instance when providers manage connectors themselves.
 */
final class ProviderGroup {
    private final ReverseToken owner;
    private final SessionPool providers = new SessionPool();

    /** Guards connectors, and is held while counts are told so that the last one told is the true one. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Token.Connector> connectors = new LinkedHashSet<>();

    ProviderGroup(ReverseToken owner) {
        this.owner = owner;
    }

    ReverseToken owner() {
        return owner;
    }

    /** Where new connections find a provider. */
    SessionPool pool() {
        return providers;
    }

    int providers() {
        return providers.size();
    }

    int channels() {
        return providers.channelCount();
    }

    // --- providers -------------------------------------------------------------------------------------------------

    /** Returns false when the group's token was removed meanwhile. */
    boolean join(Session provider) {
        lock.lock();
        try {
            boolean joined = providers.add(provider);
            if (joined) {
                provider.post(new Message.Partners(connectorClients()));
                tellConnectors();
            }
            return joined;
        } finally {
            lock.unlock();
        }
    }

    void leave(Session provider) {
        lock.lock();
        try {
            if (providers.remove(provider)) {
                tellConnectors();
            }
        } finally {
            lock.unlock();
        }
    }

    void closeProviders(int code, String reason) {
        providers.closeAll(code, reason);
    }

    private void tellConnectors() {
        Message count = new Message.Partners(providers.size());
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
                tellProviders();
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

    /** Returns false when the connector's token has been removed. */
    boolean connectorJoins(Token.Connector token, Session session) {
        lock.lock();
        try {
            boolean joined = token.sessions().add(session);
            if (joined) {
                session.post(new Message.Partners(providers.size()));
                tellProviders();
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
                tellProviders();
            }
        } finally {
            lock.unlock();
        }
    }

    private void tellProviders() {
        providers.post(new Message.Partners(connectorClients()));
    }

    private int connectorClients() {
        return connectors.stream().mapToInt(Token.Connector::clients).sum();
    }
}
