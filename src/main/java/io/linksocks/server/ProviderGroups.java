package io.linksocks.server;

import io.linksocks.session.Session;
import io.linksocks.util.Threads;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The provider groups of a reverse token: one for all, or one for each instance, which then keeps its connector tokens for a
 * while after its last connection has gone, whether or not a session waited for that (docs/protocol.md, tokens).
 */
final class ProviderGroups {
    private static final UUID EVERYBODY = new UUID(0, 0);

    private final ReverseToken owner;
    private final boolean perInstance;
    private final Duration grace;
    private final Consumer<ProviderGroup> onExpiry;

    /** Guards all below. It is taken before the lock of a group. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<UUID, ProviderGroup> groups = new HashMap<>();
    private final Map<UUID, ScheduledFuture<?>> expiries = new HashMap<>();
    private boolean closed;

    /** @param onExpiry gets a group whose instance did not come back in time */
    ProviderGroups(ReverseToken owner, boolean perInstance, Duration grace, Consumer<ProviderGroup> onExpiry) {
        this.owner = owner;
        this.perInstance = perInstance;
        this.grace = grace;
        this.onExpiry = onExpiry;
        if (!perInstance) {
            groups.put(EVERYBODY, new ProviderGroup(owner));
        }
    }

    /** The one group when there is one for all, else null. */
    ProviderGroup shared() {
        return perInstance ? null : groups.get(EVERYBODY);
    }

    /** Returns the provider's group, or null when the token was removed meanwhile. */
    ProviderGroup join(UUID instance, Session provider) {
        UUID key = key(instance);
        lock.lock();
        try {
            if (closed) {
                return null;
            }
            ScheduledFuture<?> expiry = expiries.remove(key);
            if (expiry != null) {
                expiry.cancel(false);
            }
            ProviderGroup group = groups.computeIfAbsent(key, absent -> new ProviderGroup(owner));
            return group.join(provider) ? group : null;
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
            if (!perInstance || closed || group.providers() > 0) {
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
        onExpiry.accept(group);
    }

    List<ProviderGroup> all() {
        lock.lock();
        try {
            return List.copyOf(groups.values());
        } finally {
            lock.unlock();
        }
    }

    /** No provider joins any more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            expiries.values().forEach(expiry -> expiry.cancel(false));
            expiries.clear();
        } finally {
            lock.unlock();
        }
    }

    private UUID key(UUID instance) {
        return perInstance ? instance : EVERYBODY;
    }
}
