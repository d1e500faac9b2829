package io.linksocks.session;

import io.linksocks.util.RateLimitedLogger;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory that peers can make a process use: channels, what they have received for readers that take nothing, and what sessions
 * have sent without an acknowledgement. Each has a limit of its own, but many of them together may have more than there is.
 *
 * <p>Short of memory, whoever holds most gives way: first among the owners of sessions (tokens), then among the sessions of one
 * owner, then among the channels of one session. A session that holds most itself gets no new channel; the rest goes on. What is
 * unacknowledged counts apart, for it only has to wait.
 */
public final class MemoryBudget {
    /** Half of the heap; the rest is for messages on their way, buffers, and the collector. */
    public static final MemoryBudget OF_PROCESS = new MemoryBudget(Runtime.getRuntime().maxMemory() / 2);

    /** What an idle channel takes with its threads and sockets, as measured. */
    static final int CHANNEL = 8 << 10;
    /** What a UDP channel takes: two buffers for the largest datagram, the relay's and the JDK's behind its socket. */
    static final int UDP_CHANNEL = CHANNEL + 2 * (64 << 10);
    /** What an idle session takes, as measured. */
    static final int SESSION = 24 << 10;
    /** What a message takes besides its array. */
    static final int MESSAGE = 128;
    /** What the thread takes that passes on what has come. */
    static final int WRITER = 4 << 10;
    /** What a session may have unacknowledged however little is left: without, nothing would go on. */
    static final int LEAST_SHARE = 128 << 10;
    /** A session that holds less than this part of the limit loses no channel to newcomers. */
    private static final int SMALL_SESSION = 64;

    private static final RateLimitedLogger WARNING = new RateLimitedLogger(System.getLogger(MemoryBudget.class.getName()));

    private final long limit;
    /** Up to which new channels are let in: the rest is for those that are there. */
    private final long forNewcomers;
    private final long forUnacknowledged;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong unacknowledged = new AtomicLong();
    private final Set<SessionMemory> sessions = ConcurrentHashMap.newKeySet();

    /** @param limit in bytes */
    public MemoryBudget(long limit) {
        this.limit = limit;
        this.forNewcomers = limit - limit / 4;
        this.forUnacknowledged = limit / 4;
    }

    /** Bytes that may be in use at the most. */
    public long limit() {
        return limit;
    }

    /** Bytes in use. */
    public long used() {
        return used.get();
    }

    /** Whether the rest is only for those that are there. */
    public boolean isShort() {
        return used.get() > forNewcomers;
    }

    /** How many bytes a session may have unacknowledged now: as many as it leaves to others. */
    long share() {
        return Math.max(LEAST_SHARE, forUnacknowledged - unacknowledged.get());
    }

    /** Counts what a session keeps until it is acknowledged; negative when it is. */
    void keep(long bytes) {
        unacknowledged.addAndGet(bytes);
    }

    void use(long bytes) {
        used.addAndGet(bytes);
    }

    // --- sessions ----------------------------------------------------------------------------------------------------

    /**
     * Whether one more session of this owner may begin: each owner may have as many as it leaves to others, attached or not.
     *
     * @param owner as sessions were opened with
     */
    public boolean admitsSession(Object owner) {
        long own = sessions.stream().filter(session -> session.owner() == owner).count();
        return own < limit / SESSION - sessions.size();
    }

    /** @param owner sessions with the same one share what each owner may have; compared by identity */
    SessionMemory openSession(Object owner) {
        SessionMemory session = new SessionMemory(this, owner);
        sessions.add(session);
        return session;
    }

    void forget(SessionMemory session) {
        sessions.remove(session);
    }

    // --- short of memory -----------------------------------------------------------------------------------------------

    /** Makes room for a new channel at the expense of a larger session; false when there is none. */
    boolean admitsChannel(SessionMemory asking, int bytes) {
        for (long freed = 0; used.get() + bytes > forNewcomers && freed < bytes;) {
            SessionMemory largest = largest(asking, bytes);
            ChannelMemory victim = largest == asking || largest.held() < limit / SMALL_SESSION ? null : largest.largest();
            if (victim == null) {
                warn("new connections are refused");
                return false;
            }
            warn("connections of the client that holds most are ended");
            freed += victim.evict();
        }
        return true;
    }

    /** Frees memory for so many bytes at the expense of those that have most; false when that is the one who asks. */
    boolean makeRoom(int bytes, ChannelMemory asking) {
        while (used.get() + bytes > limit) {
            SessionMemory largest = largest(asking.session(), bytes);
            ChannelMemory victim = largest.largest();
            if (victim == null || largest == asking.session() && victim.waiting() == 0) {
                return true;
            }
            warn("connections with slow readers are ended");
            if (victim == asking) {
                return false;
            }
            victim.evict();
        }
        return true;
    }

    /** The session that holds most of the owner who holds most, once the one who asks has got what it asks for. */
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

    /** @param preferred among equals */
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
                + " MiB, half of the heap; more is given by java -Xmx");
    }
}
