package io.linksocks.session;

import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What the channels of one session hold of a {@link MemoryBudget}, and those that others open on its behalf. */
final class SessionMemory {
    private static final Comparator<ChannelMemory> BY_WAITING =
            Comparator.comparingLong(ChannelMemory::waiting).thenComparingLong(ChannelMemory::number);

    private final MemoryBudget budget;
    private final Object owner;
    private volatile boolean ended;
    private final Set<ChannelMemory> channels = ConcurrentHashMap.newKeySet();

    SessionMemory(MemoryBudget budget, Object owner) {
        this.budget = budget;
        this.owner = owner;
    }

    MemoryBudget budget() {
        return budget;
    }

    Object owner() {
        return owner;
    }

    /** Whether one more channel may be opened, for which a larger session may lose one. */
    boolean admits(int bytes) {
        return budget.admitsChannel(this, bytes);
    }

    void add(ChannelMemory channel) {
        channels.add(channel);
    }

    void forget(ChannelMemory channel) {
        channels.remove(channel);
        forgetWhenDrained();
    }

    /** Bytes that would be free without this session's channels. */
    long held() {
        return channels.stream().mapToLong(ChannelMemory::held).sum();
    }

    /** The channel with most that waits, of those with as much the newest; null when there is none. */
    ChannelMemory largest() {
        return channels.stream().max(BY_WAITING).orElse(null);
    }

    /** The session has ended. What its channels have received is counted until it was passed on. */
    void close() {
        ended = true;
        forgetWhenDrained();
    }

    private void forgetWhenDrained() {
        if (ended && channels.isEmpty()) {
            budget.forget(this);
        }
    }
}
