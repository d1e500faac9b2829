package io.linksocks.session;

import java.util.concurrent.atomic.AtomicLong;

/** What one channel holds of a {@link MemoryBudget}; any thread may close it. */
final class ChannelMemory {
    private static final long CLOSED = Long.MIN_VALUE;
    private static final long NOT_CHARGED = CLOSED + 1;
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final SessionMemory session;
    private final MemoryBudget budget;
    private final int idle;
    private final Runnable evict;
    private final long number = NUMBERS.incrementAndGet();
    /** Bytes received and not passed on; {@link #NOT_CHARGED} at first, {@link #CLOSED} in the end. */
    private final AtomicLong waiting = new AtomicLong(NOT_CHARGED);

    /**
     * @param idle  bytes that the channel takes while nothing waits
     * @param evict ends it; called from anywhere, must not block
     */
    ChannelMemory(SessionMemory session, int idle, Runnable evict) {
        this.session = session;
        this.budget = session.budget();
        this.idle = idle;
        this.evict = evict;
    }

    /** Counts the channel from now on, unless it has closed meanwhile. */
    void charge() {
        if (waiting.compareAndSet(NOT_CHARGED, 0)) {
            budget.use(idle);
            session.add(this);
            if (waiting.get() == CLOSED) {
                session.forget(this);
            }
        }
    }

    SessionMemory session() {
        return session;
    }

    /** The later a channel was opened, the larger. */
    long number() {
        return number;
    }

    /** What was received and not passed on. */
    long waiting() {
        return Math.max(0, waiting.get());
    }

    /** Bytes that would be free without it. */
    long held() {
        long now = waiting.get();
        return now < 0 ? 0 : idle + cost(now);
    }

    /**
     * Takes memory for a message; false when there is too little, and nobody else has more of it.
     *
     * @param array in bytes, all of which the message holds on to
     */
    boolean take(int array) {
        int bytes = array + MemoryBudget.MESSAGE;
        if (waiting.get() != CLOSED && !budget.makeRoom(bytes, this)) {
            return false;
        }
        add(bytes);
        return true;
    }

    /** Gives back the memory of a message. */
    void give(int array) {
        add(-(array + MemoryBudget.MESSAGE));
    }

    /** One array is there instead of two. */
    void exchange(int first, int second, int both) {
        add(both - first - second - MemoryBudget.MESSAGE);
    }

    private void add(int bytes) {
        long before = waiting.getAndUpdate(now -> now == CLOSED ? CLOSED : now + bytes);
        if (before != CLOSED) {
            budget.use(cost(before + bytes) - cost(before));
        }
    }

    private static long cost(long waiting) {
        return waiting == 0 ? 0 : waiting + MemoryBudget.WRITER;
    }

    /** Counts what is in somebody's hands until it is sent; negative when it is. */
    void lend(int bytes) {
        budget.use(bytes);
    }

    /** Ends the channel; returns the bytes that are free now. */
    long evict() {
        long freed = close();
        evict.run();
        return freed;
    }

    /** Gives back all; returns how much that was. */
    long close() {
        long before = waiting.getAndSet(CLOSED);
        session.forget(this);
        if (before < 0) {
            return 0;
        }
        long freed = idle + cost(before);
        budget.use(-freed);
        return freed;
    }
}
