package io.linksocks.session;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The part of a {@link MemoryBudget} that one session is charged for, with channels opened on its behalf by others.
 * Thread-safe.
 */
final class SessionMemory {
    private final MemoryBudget budget;
    private final Object owner;
    private volatile boolean ended;
    private final Set<ChannelMemory> channels = ConcurrentHashMap.newKeySet();
    private final AtomicLong held = new AtomicLong();
    private final Map<Backlog, AtomicLong> backlogs = new EnumMap<>(Backlog.class);

    SessionMemory(MemoryBudget budget, Object owner) {
        this.budget = budget;
        this.owner = owner;
        for (Backlog kind : Backlog.values()) {
            backlogs.put(kind, new AtomicLong());
        }
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

    /** Charges for what is kept; a negative number releases it. */
    void keep(Backlog kind, long bytes) {
        backlogs.get(kind).addAndGet(bytes);
        budget.keep(kind, bytes);
        forgetWhenDrained();
    }

    /** Bytes that the session keeps. */
    long kept(Backlog kind) {
        return backlogs.get(kind).get();
    }

    /** Unacknowledged bytes that the session may have now. */
    long share() {
        return budget.share(owner);
    }

    /** Whether the session and others of its owner should keep no more of this kind. */
    boolean isOverdrawn(Backlog kind) {
        return budget.isOverdrawn(owner, kind);
    }

    /** Whether the session should end, because its peer takes no answers and there is little memory for so many. */
    boolean isFlooded() {
        return kept(Backlog.CONTROL) > MemoryBudget.MIN_CONTROL && isOverdrawn(Backlog.CONTROL);
    }

    /** Whether the session should open no more channels, long before it is flooded. */
    boolean isFlooding() {
        return kept(Backlog.CONTROL) > MemoryBudget.MIN_CONTROL && budget.isHalfDrawn(owner, Backlog.CONTROL);
    }

    void add(ChannelMemory channel) {
        channels.add(channel);
    }

    void forget(ChannelMemory channel) {
        channels.remove(channel);
        forgetWhenDrained();
    }

    /** Charges for the memory of a channel; a negative number releases it. */
    void use(long bytes) {
        held.addAndGet(bytes);
        budget.use(bytes);
    }

    /** Bytes that closing all channels would free. */
    long held() {
        return held.get();
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
        if (ended && channels.isEmpty() && backlogs.values().stream().allMatch(kept -> kept.get() == 0)) {
            budget.forget(this);
        }
    }
}
