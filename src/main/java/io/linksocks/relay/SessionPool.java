package io.linksocks.relay;

import io.linksocks.session.ChannelException;
import io.linksocks.session.Session;
import io.linksocks.util.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Sessions that do the same job: new connections go round robin to those that have a link. */
public final class SessionPool implements Uplink {
    /** Guards all below. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Waited on by new connections while nobody is there; signalled when a session joins or comes back. */
    private final Condition joined = lock.newCondition();
    private final List<Session> sessions = new ArrayList<>();
    private int turn;

    public void add(Session session) {
        lock.lock();
        try {
            sessions.add(session);
            joined.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public void remove(Session session) {
        lock.lock();
        try {
            sessions.remove(session);
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

    /** Closes every session with an RFC 6455 close code and waits until all peers were told, or could not be. */
    public void closeAll(int code, String reason) {
        try (ExecutorService closers = Threads.perTask("close session")) {
            snapshot().forEach(session -> closers.execute(() -> session.close(code, reason)));
        }
    }

    private List<Session> snapshot() {
        lock.lock();
        try {
            return List.copyOf(sessions);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Session await(Duration timeout) throws ChannelException {
        long left = timeout.toNanos();
        lock.lock();
        try {
            for (;;) {
                Session next = next();
                if (next != null) {
                    return next;
                }
                if (left <= 0) {
                    throw new ChannelException("no connection within " + timeout.toSeconds() + " s");
                }
                left = joined.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChannelException("interrupted");
        } finally {
            lock.unlock();
        }
    }

    private Session next() {
        for (int tried = 0; tried < sessions.size(); tried++) {
            turn = (turn + 1) % sessions.size();
            Session candidate = sessions.get(turn);
            if (candidate.isAttached()) {
                return candidate;
            }
        }
        return null;
    }
}
