package io.linksocks.session;

import io.linksocks.protocol.Transport;
import java.util.concurrent.atomic.AtomicLong;

/** The part of a {@link MemoryBudget} that one channel is charged for. Thread-safe. */
public final class ChannelMemory {
    private static final long CLOSED = Long.MIN_VALUE;
    private static final long NOT_CHARGED = CLOSED + 1;
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final SessionMemory session;
    private final MemoryBudget budget;
    private final int idle;
    private final Runnable evict;
    private final long number = NUMBERS.incrementAndGet();
    /** Bytes received and not passed on; {@link #NOT_CHARGED} at first, {@link #CLOSED} at the end. */
    private final AtomicLong waiting = new AtomicLong(NOT_CHARGED);
    /** Bytes that the sender buffers; {@link #CLOSED} at the end. */
    private final AtomicLong lent = new AtomicLong();

    /**
     * @param idle  bytes that an idle channel takes
     * @param evict closes the channel; called by any thread, must not block
     */
    ChannelMemory(SessionMemory session, int idle, Runnable evict) {
        this.session = session;
        this.budget = session.budget();
        this.idle = idle;
        this.evict = evict;
    }

    /** The memory of an idle channel in bytes. */
    static int idle(Transport transport) {
        return transport == Transport.UDP ? MemoryBudget.UDP_CHANNEL : MemoryBudget.CHANNEL;
    }

    /**
     * Charges for the idle channel, unless it has closed meanwhile. To be called once the channel is in its table, because it
     * may be evicted from then on.
     */
    void charge() {
        if (waiting.compareAndSet(NOT_CHARGED, 0)) {
            session.use(idle);
            session.add(this);
            if (waiting.get() == CLOSED) {
                session.forget(this);
            }
        }
    }

    /** The session that is charged. */
    SessionMemory session() {
        return session;
    }

    /** Whether memory is so short that senders should read ahead only a little. */
    public boolean isShort() {
        return budget.isShort() || session.isOverdrawn(Backlog.UNACKNOWLEDGED);
    }

    /** A number that increases with each channel opened. */
    long number() {
        return number;
    }

    /** Memory of what was received and not passed on. */
    long waiting() {
        return Math.max(0, waiting.get());
    }

    /** Bytes that closing the channel would free. */
    long held() {
        long now = waiting.get();
        return now < 0 ? 0 : idle + cost(now) + Math.max(0, lent.get());
    }

    /**
     * Charges for a received message, in the inbox or elsewhere; returns false when memory is short and no other channel holds
     * more.
     *
     * @param array size of the array that the message pins
     */
    public boolean take(int array) {
        int bytes = array + MemoryBudget.MESSAGE;
        if (waiting.get() != CLOSED && !budget.makeRoom(bytes, this)) {
            return false;
        }
        add(bytes);
        return true;
    }

    /** Releases the memory of a message. */
    public void give(int array) {
        add(-(array + MemoryBudget.MESSAGE));
    }

    /** Replaces the charge for two messages by that for one that joins them. */
    void exchange(int first, int second, int both) {
        add(both - first - second - MemoryBudget.MESSAGE);
    }

    private void add(int bytes) {
        long before = addUnlessClosed(waiting, bytes);
        if (before != CLOSED) {
            session.use(cost(before + bytes) - cost(before));
        }
    }

    private static long cost(long waiting) {
        return waiting == 0 ? 0 : waiting + MemoryBudget.WRITER;
    }

    /** Charges for bytes that a sender buffers besides those given to the channel; a negative number releases them. */
    public void lend(int bytes) {
        if (addUnlessClosed(lent, bytes) != CLOSED) {
            session.use(bytes);
        }
    }

    /** Returns what the count was. */
    private static long addUnlessClosed(AtomicLong count, int bytes) {
        return count.getAndUpdate(now -> now == CLOSED ? CLOSED : now + bytes);
    }

    /** Closes the channel to free memory; returns the bytes freed. */
    long evict() {
        long freed = close();
        evict.run();
        return freed;
    }

    /** Releases all charges; returns the bytes freed. */
    long close() {
        long before = waiting.getAndSet(CLOSED);
        session.forget(this);
        long freed = Math.max(0, lent.getAndSet(CLOSED)) + (before < 0 ? 0 : idle + cost(before));
        session.use(-freed);
        return freed;
    }
}
