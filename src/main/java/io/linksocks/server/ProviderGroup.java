package io.linksocks.server;

import io.linksocks.protocol.Message;
import io.linksocks.relay.SessionPool;
import io.linksocks.session.Session;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Interchangeable providers and the connector tokens that lead to them: all providers of a reverse token, or those of one
 * instance when providers manage connectors themselves.
 */
final class ProviderGroup {
    private final ReverseToken owner;
    private final SessionPool providers;

    /** Shared with the token. Guards connectors; held while counts are posted, so the last posted count is current. */
    private final ReentrantLock lock;
    private final Set<Token.Connector> connectors = new LinkedHashSet<>();

    ProviderGroup(ReverseToken owner) {
        this.owner = owner;
        this.providers = new SessionPool(() -> owner.account().refuseChannel(() -> owner.channels() + 1));
        this.lock = owner.lock();
    }

    ReverseToken owner() {
        return owner;
    }

    /** The pool in which new connections find a provider. */
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

    /** Adds a provider, with the token's lock held; returns false when the token has been removed. */
    boolean join(Session provider) {
        boolean joined = providers.add(provider);
        if (joined) {
            provider.post(new Message.Partners(connectorClients()));
            postToConnectors();
        }
        return joined;
    }

    /** Called with the token's lock held. */
    void leave(Session provider) {
        if (providers.remove(provider)) {
            postToConnectors();
        }
    }

    void closeProviders(int code, String reason) {
        providers.closeAll(code, reason);
    }

    private void postToConnectors() {
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
                session.post(new Message.Partners(providers.size()));
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
        return connectors.stream().mapToInt(Token.Connector::clients).sum();
    }
}
