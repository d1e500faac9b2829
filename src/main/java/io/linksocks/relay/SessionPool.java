package io.linksocks.relay;

import io.linksocks.protocol.Message;
import io.linksocks.session.Session;
import io.linksocks.util.Threads;
import io.linksocks.util.TimeText;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Sessions that do the same job: new connections go round robin to those that have a link to a peer that answers and can dial.
 * Those in reserve come after all others.
 */
public final class SessionPool {
    /** How long others come before a session whose peer could not dial. */
    static final Duration AVOIDANCE = Duration.ofSeconds(10);

    private static final int MIX_SHIFT = 32;
    /** The odd number nearest to 2^64 divided by the golden ratio. */
    private static final long MIX = 0x9E3779B97F4A7C15L;

    /** How new connections are shared. */
    public enum Order {
        ROUND_ROBIN,
        /** The session with the fewest open channels is next. */
        LEAST_CHANNELS,
        /** Connections with the same origin go to the same session as long as it is there. */
        STICKY
    }

    /** What decides on new connections; must not block. */
    public interface Policy {
        /** Returns the reason why there may be no new connection, or null. */
        default String refusal() {
            return null;
        }

        default Order order() {
            return Order.ROUND_ROBIN;
        }
    }

    private final Policy policy;
    private final LongSupplier clock;
    private final Runnable onShortage;
    /** Guards all below. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Waited on by new connections while nobody is there; signalled when a session joins or comes back. */
    private final Condition joined = lock.newCondition();
    private final List<Session> sessions = new ArrayList<>();
    /** Whose peers could not dial, and when that was, on the clock's scale. */
    private final Map<Session, Long> avoided = new HashMap<>();
    /** Still in use, but not for new connections. */
    private final Set<Session> retired = new HashSet<>();
    private final Set<Session> reserve = new HashSet<>();
    private int turn;
    private boolean closed;

    public SessionPool() {
        this(System::nanoTime);
    }

    public SessionPool(Policy policy) {
        this(policy, () -> { });
    }

    /** @param onShortage called when only sessions in reserve could serve a connection, or none; must not block or lock */
    public SessionPool(Policy policy, Runnable onShortage) {
        this(policy, System::nanoTime, onShortage);
    }

    SessionPool(LongSupplier clock) {
        this(new Policy() {}, clock, () -> { });
    }

    private SessionPool(Policy policy, LongSupplier clock, Runnable onShortage) {
        this.policy = policy;
        this.clock = clock;
        this.onShortage = onShortage;
    }

    /** Whether connections of one origin go to the same session now. */
    boolean isSticky() {
        return policy.order() == Order.STICKY;
    }

    /** Returns false when the pool is closed: the session has come too late. */
    public boolean add(Session session) {
        return add(session, false);
    }

    /** The same for a session that serves new connections when no other one can. */
    public boolean addReserve(Session session) {
        return add(session, true);
    }

    private boolean add(Session session, boolean isReserve) {
        lock.lock();
        try {
            if (!closed) {
                sessions.add(session);
                if (isReserve) {
                    reserve.add(session);
                }
                joined.signalAll();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Returns false when the session was not in the pool. */
    public boolean remove(Session session) {
        lock.lock();
        try {
            avoided.remove(session);
            retired.remove(session);
            reserve.remove(session);
            return sessions.remove(session);
        } finally {
            lock.unlock();
        }
    }

    /** Gives a session of the pool no more new connections. */
    public void retire(Session session) {
        lock.lock();
        try {
            if (sessions.contains(session)) {
                retired.add(session);
            }
        } finally {
            lock.unlock();
        }
    }

    /** To be called when a session that had no link has one again. */
    public void wake() {
        lock.lock();
        try {
            joined.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public int size() {
        lock.lock();
        try {
            return sessions.size();
        } finally {
            lock.unlock();
        }
    }

    /** Channels open now in all sessions. */
    public int channelCount() {
        return all().stream().mapToInt(Session::channelCount).sum();
    }

    /** Queues a message for every session and returns at once. */
    public void post(Message message) {
        all().forEach(session -> session.post(message));
    }

    /**
     * Closes every session with an RFC 6455 close code and waits until all peers were told, or could not be. The pool takes
     * no more sessions.
     */
    public void closeAll(int code, String reason) {
        shut();
        try (ExecutorService closers = Threads.perTask("close session")) {
            all().forEach(session -> closers.execute(() -> session.close(code, reason)));
        }
    }

    private void shut() {
        lock.lock();
        try {
            closed = true;
            joined.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** All of them, whether or not they have a link just now. */
    public List<Session> all() {
        lock.lock();
        try {
            return List.copyOf(sessions);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The session for the next connection, waited for while there is none.
     *
     * @throws NoSessionException when none appeared in time
     * @throws IOException also when there may be no new connection
     */
    public Session await(Duration timeout) throws IOException {
        return await(timeout, null);
    }

    /**
     * The same for a connection of an origin.
     *
     * @param origin equal for connections that {@link Order#STICKY} keeps together; null for none
     */
    Session await(Duration timeout, Object origin) throws IOException {
        String why = policy.refusal();
        if (why != null) {
            throw new IOException(why);
        }
        long left = timeout.toNanos();
        lock.lock();
        try {
            for (;;) {
                Session next = next(origin);
                if (next != null) {
                    return next;
                }
                if (closed) {
                    throw new NoSessionException("closed");
                }
                if (left <= 0) {
                    throw new NoSessionException("no connection within " + TimeText.of(timeout));
                }
                left = joined.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a connection that this session has failed would get another one at once. */
    boolean hasOtherThan(Session session) {
        lock.lock();
        try {
            return sessions.stream().anyMatch(other -> isAlternativeTo(session, other));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets others come first for a while, as the peer of this session can't dial.
     *
     * @return false when they do already
     */
    boolean avoid(Session session) {
        lock.lock();
        try {
            boolean news = !isAvoided(session);
            if (sessions.contains(session)) {
                avoided.put(session, clock.getAsLong());
            }
            return news;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a connection that this session could not make gets one at once whose peer can dial, as far as is known. */
    boolean hasBetterThan(Session session) {
        lock.lock();
        try {
            return sessions.stream().anyMatch(other -> isAlternativeTo(session, other) && !isAvoided(other));
        } finally {
            lock.unlock();
        }
    }

    private boolean isAlternativeTo(Session session, Session other) {
        return other != session && !retired.contains(other) && other.isResponsive();
    }

    private boolean isAvoided(Session session) {
        Long since = avoided.get(session);
        return since != null && clock.getAsLong() - since < AVOIDANCE.toNanos();
    }

    /** A peer that can't dial gets a turn only when none can, one that owes an answer only when all do. */
    private Session next(Object origin) {
        Session next = nextIf(origin, session -> !reserve.contains(session) && isGood(session));
        if (next == null) {
            onShortage.run();
            next = nextIf(origin, this::isGood);
        }
        next = next != null ? next : nextIf(origin, Session::isResponsive);
        return next != null ? next : nextIf(origin, Session::isAttached);
    }

    private boolean isGood(Session session) {
        return session.isResponsive() && !isAvoided(session);
    }

    private Session nextIf(Object origin, Predicate<Session> fit) {
        Order order = origin == null && isSticky() ? Order.ROUND_ROBIN : policy.order();
        Session best = null;
        for (int tried = 0, start = turn; tried < sessions.size(); tried++) {
            int place = (start + 1 + tried) % sessions.size();
            Session candidate = sessions.get(place);
            if (!retired.contains(candidate) && fit.test(candidate)
                    && (best == null || isBefore(candidate, best, order, origin))) {
                best = candidate;
                turn = place;
            }
            if (best != null && order == Order.ROUND_ROBIN) {
                return best;
            }
        }
        return best;
    }

    private static boolean isBefore(Session one, Session other, Order order, Object origin) {
        return order == Order.LEAST_CHANNELS
                ? one.channelCount() < other.channelCount()
                : weight(one, origin) > weight(other, origin);
    }

    /** Another one for each pair, so that the end of a session moves its own origins only, evenly to all others. */
    private static long weight(Session session, Object origin) {
        long pair = (long) origin.hashCode() << Integer.SIZE | Integer.toUnsignedLong(System.identityHashCode(session));
        long mixed = (pair ^ pair >>> MIX_SHIFT) * MIX;
        return (mixed ^ mixed >>> MIX_SHIFT) * MIX;
    }
}
