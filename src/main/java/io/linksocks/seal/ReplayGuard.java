package io.linksocks.seal;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** Remembers the last requests, so that a relay can't repeat one of them. No clock decides how many, only their number. */
final class ReplayGuard {
    private final int half;

    /** Guards all below. */
    private final ReentrantLock lock = new ReentrantLock();
    private Set<Long> newer = new HashSet<>();
    private Set<Long> older = Set.of();

    /** @param half this many are remembered at least, and twice as many at most */
    ReplayGuard(int half) {
        this.half = half;
    }

    /** Returns false for one that was there before. */
    boolean admit(long request) {
        lock.lock();
        try {
            if (older.contains(request) || !newer.add(request)) {
                return false;
            }
            if (newer.size() == half) {
                older = newer;
                newer = new HashSet<>();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
