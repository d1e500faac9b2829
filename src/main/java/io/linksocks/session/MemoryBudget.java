package io.linksocks.session;

import io.linksocks.util.RateLimitedLogger;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The limit of memory that peers can make a process use: channels, data queued for slow readers, and unacknowledged
 * messages. Each has a limit of its own, but many together could exceed the heap. Thread-safe.
 *
 * <p>When memory is short, the largest channel of the largest session of the largest owner (token) is evicted. A session
 * that is the largest itself gets no new channels; the others continue. What sessions keep besides channels is counted
 * separately ({@link Backlog}).
 */
public final class MemoryBudget {
    /**
     * The budget of the process: half of the heap. The rest is for messages in transit, buffers, and the garbage
     * collector.
     */
    public static final MemoryBudget OF_PROCESS = new MemoryBudget(Runtime.getRuntime().maxMemory() / 2);

    /** Measured size of an idle channel with its threads and sockets. */
    static final int CHANNEL = 8 << 10;
    /** Size of a UDP channel: the relay and the JDK's socket each have a buffer for the largest datagram. */
    static final int UDP_CHANNEL = CHANNEL + 2 * (64 << 10);
    /** Measured size of an idle session. */
    static final int SESSION = 24 << 10;
    /** Overhead of a message besides its array. */
    static final int MESSAGE = 128;
    /** Size of the thread that passes data on. */
    static final int WRITER = 4 << 10;
    /** Unacknowledged bytes that every session may have, so that it always makes progress. */
    static final int MIN_SHARE = 128 << 10;
    /** The same while an owner keeps most; as many sessions as there may be have all that is for this backlog then. */
    static final int MIN_OVERDRAWN = SESSION / 4;
    /** Size of a posted message, and overhead of one that is kept for replay besides its array. */
    static final int POSTED = 64;
    static final int KEPT = 144;
    /** Control messages that every session may keep. */
    static final int MIN_CONTROL = 16 << 10;
    /** Size of a channel that was closed before its answer, with the thread that dials. */
    static final int ABANDONED = 4 << 10;
    /** A session that holds less than this fraction of the limit loses no channel to new ones. */
    private static final int SMALL_SESSION = 64;

    private static final RateLimitedLogger WARNING = new RateLimitedLogger(System.getLogger(MemoryBudget.class.getName()));

    private final long limit;
    /** The limit for new channels; the rest is reserved for existing ones. */
    private final long forNewcomers;
    /** The limit of each kind of backlog. */
    private final long forBacklog;
    private final AtomicLong used = new AtomicLong();
    private final Map<Backlog, AtomicLong> backlogs = new EnumMap<>(Backlog.class);
    private final Set<SessionMemory> sessions = ConcurrentHashMap.newKeySet();

    /** @param limit in bytes */
    public MemoryBudget(long limit) {
        this.limit = limit;
        this.forNewcomers = limit - limit / 4;
        this.forBacklog = limit / 4;
        for (Backlog kind : Backlog.values()) {
            backlogs.put(kind, new AtomicLong());
        }
    }

    /** The maximum of bytes in use. */
    public long limit() {
        return limit;
    }

    /** Bytes in use. */
    public long used() {
        return used.get();
    }

    /** Whether what is left is reserved for existing channels. */
    public boolean isShort() {
        return used.get() > forNewcomers;
    }

    /** Unacknowledged bytes that one session may have now: as many as it leaves to others. */
    long share(Object owner) {
        long left = forBacklog - backlogs.get(Backlog.UNACKNOWLEDGED).get();
        return Math.max(left, isOverdrawn(owner, Backlog.UNACKNOWLEDGED) ? MIN_OVERDRAWN : MIN_SHARE);
    }

    /** Counts what a session keeps; a negative number releases it. */
    void keep(Backlog kind, long bytes) {
        backlogs.get(kind).addAndGet(bytes);
    }

    /** Whether nothing is left for a kind of backlog, and the owner is one of those who have most of it. */
    boolean isOverdrawn(Object owner, Backlog kind) {
        return backlogs.get(kind).get() >= forBacklog && hasMost(owner, kind);
    }

    /** The same when only half is left. */
    boolean isHalfDrawn(Object owner, Backlog kind) {
        return backlogs.get(kind).get() >= forBacklog / 2 && hasMost(owner, kind);
    }

    private boolean hasMost(Object owner, Backlog kind) {
        Map<Object, Long> owners = new IdentityHashMap<>();
        sessions.forEach(session -> owners.merge(session.owner(), session.kept(kind), Long::sum));
        long own = owners.getOrDefault(owner, 0L);
        return owners.values().stream().noneMatch(other -> other / 2 > own);
    }

    void use(long bytes) {
        used.addAndGet(bytes);
    }

    // --- sessions ----------------------------------------------------------------------------------------------------

    /**
     * Whether the owner may have one more session: as many as it leaves to others, attached or detached.
     *
     * @param owner that sessions were opened with
     */
    public boolean admitsSession(Object owner) {
        long own = sessions.stream().filter(session -> session.owner() == owner).count();
        return own < limit / SESSION - sessions.size();
    }

    /** @param owner whose sessions share one part of the budget; compared by identity */
    SessionMemory openSession(Object owner) {
        SessionMemory session = new SessionMemory(this, owner);
        sessions.add(session);
        return session;
    }

    void forget(SessionMemory session) {
        sessions.remove(session);
    }

    // --- eviction ------------------------------------------------------------------------------------------------------

    /** Makes room for a new channel by evicting channels of larger sessions; returns false when there are none. */
    boolean admitsChannel(SessionMemory asking, int bytes) {
        for (long freed = 0; used.get() + bytes > forNewcomers && freed < bytes;) {
            SessionMemory largest = largest(asking, bytes);
            ChannelMemory victim = largest == asking || largest.held() < limit / SMALL_SESSION ? null : largest.largest();
            if (victim == null) {
                warn("new connections are refused");
                return false;
            }
            warn("connections of the client that holds most are closed");
            freed += victim.evict();
        }
        return true;
    }

    /** Makes room by evicting the largest channels; returns false when the asking channel is the largest. */
    boolean makeRoom(int bytes, ChannelMemory asking) {
        while (used.get() + bytes > limit) {
            SessionMemory largest = largest(asking.session(), bytes);
            ChannelMemory victim = largest.largest();
            if (victim == null || largest == asking.session() && victim.waiting() == 0) {
                return true;
            }
            warn("connections with slow readers are closed");
            if (victim == asking) {
                return false;
            }
            victim.evict();
        }
        return true;
    }

    /** The largest session of the largest owner, counting the requested bytes. */
    private SessionMemory largest(SessionMemory asking, long bytes) {
        Map<SessionMemory, Long> held = new HashMap<>();
        sessions.forEach(session -> held.put(session, session.held()));
        held.merge(asking, bytes, Long::sum);
        Map<Object, Long> owners = new HashMap<>();
        held.forEach((session, part) -> owners.merge(session.owner(), part, Long::sum));
        Object owner = largest(owners, asking.owner());
        held.keySet().removeIf(session -> session.owner() != owner);
        return largest(held, asking);
    }

    /** @param preferred returned among equals */
    private static <T> T largest(Map<T, Long> held, T preferred) {
        T largest = preferred;
        for (Map.Entry<T, Long> one : held.entrySet()) {
            if (one.getValue() > held.getOrDefault(largest, -1L)) {
                largest = one.getKey();
            }
        }
        return largest;
    }

    private void warn(String what) {
        WARNING.warn("short of memory, " + what + ": connections hold " + (used.get() >> 20) + " of " + (limit >> 20)
                + " MiB, half of the heap; increase the heap with -Xmx");
    }
}
