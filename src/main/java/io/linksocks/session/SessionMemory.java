package io.linksocks.session;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The part of a {@link MemoryBudget} that one session is charged for, with channels opened on its behalf by others. */
final class SessionMemory {
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

    /** Whether one more channel may be opened; a larger session may lose one for it. */
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

    /** Bytes that closing all channels would free. */
    long held() {
        return channels.stream().mapToLong(ChannelMemory::held).sum();
    }

    /** The channel that holds most, the newest among equals; null when there is none. */
    ChannelMemory largest() {
        return channels.stream().max(SessionMemory::compare).orElse(null);
    }

    /** A method, because the JDK generates the code of {@code Comparator.comparing} anew at each start. */
    private static int compare(ChannelMemory one, ChannelMemory other) {
        int held = Long.compare(one.held(), other.held());
        return held == 0 ? Long.compare(one.number(), other.number()) : held;
    }

    /** Ends the session. What its channels have received is charged until it was passed on. */
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
