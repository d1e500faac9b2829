package io.linksocks.session;

import io.linksocks.util.RareWarning;
import java.util.Collections;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory that peers can make a process use: channels, what they have received for readers that take nothing, and what sessions
 * have sent without an acknowledgement. Each has a limit of its own, but many of them together may have more than there is.
 * Short of memory, what is established goes on: new channels are refused first, then those are ended that hold most. What is
 * unacknowledged counts apart, for it only has to wait.
 */
public final class MemoryBudget {
    /** Half of the heap; the rest is for messages on their way, buffers, and the collector. */
    public static final MemoryBudget OF_PROCESS = new MemoryBudget(Runtime.getRuntime().maxMemory() / 2);

    /** What an idle channel takes with its threads and sockets, as measured. */
    static final int CHANNEL = 8 << 10;
    /** What a message takes besides its array. */
    static final int MESSAGE = 128;
    /** What the thread takes that passes on what has come. */
    static final int WRITER = 4 << 10;
    /** What a session may have unacknowledged however little is left: without, nothing would go on. */
    static final int LEAST_SHARE = 128 << 10;

    private static final RareWarning WARNING = new RareWarning(System.getLogger(MemoryBudget.class.getName()));
    private static final long CLOSED = Long.MIN_VALUE;
    private static final Comparator<Account> BY_WAITING = Comparator.comparingLong(account -> account.waiting.get());

    private final long limit;
    /** Up to which new channels are let in: the rest is for those that are there. */
    private final long forNewcomers;
    private final long forUnacknowledged;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong unacknowledged = new AtomicLong();
    private final Set<Account> accounts = ConcurrentHashMap.newKeySet();

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

    /** Whether one more channel may be opened. */
    boolean admitsChannel() {
        boolean room = used.get() + CHANNEL <= forNewcomers;
        if (!room) {
            warn("new connections are refused");
        }
        return room;
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

    /** @param evict ends the channel; called from anywhere, must not block */
    Account open(Runnable evict) {
        used.addAndGet(CHANNEL);
        Account account = new Account(evict);
        accounts.add(account);
        return account;
    }

    /** Frees memory for so many bytes at the expense of those that have most; false when that is the one who asks. */
    private boolean makeRoom(int bytes, Account asking) {
        while (used.get() + bytes > limit) {
            Account largest = Collections.max(accounts, BY_WAITING);
            if (largest.waiting.get() <= 0) {
                return true;
            }
            warn("connections with slow readers are ended");
            if (largest == asking) {
                return false;
            }
            largest.close();
            largest.evict.run();
        }
        return true;
    }

    private void warn(String what) {
        WARNING.warn("short of memory, " + what + ": connections hold " + (used.get() >> 20) + " of " + (limit >> 20)
                + " MiB, half of the heap; more is given by java -Xmx");
    }

    /** The part of one channel; any thread may close it. */
    final class Account {
        private final Runnable evict;
        /** Bytes received and not passed on; {@link #CLOSED} in the end. */
        private final AtomicLong waiting = new AtomicLong();

        private Account(Runnable evict) {
            this.evict = evict;
        }

        /** What was received and not passed on. */
        long waiting() {
            return Math.max(0, waiting.get());
        }

        /**
         * Takes memory for a message; false when there is too little, and no other channel has more of it.
         *
         * @param array in bytes, all of which the message holds on to
         */
        boolean take(int array) {
            int bytes = array + MESSAGE;
            if (waiting.get() != CLOSED && !makeRoom(bytes, this)) {
                return false;
            }
            add(bytes);
            return true;
        }

        /** Gives back the memory of a message. */
        void give(int array) {
            add(-(array + MESSAGE));
        }

        /** One array is there instead of two. */
        void exchange(int first, int second, int both) {
            add(both - first - second - MESSAGE);
        }

        private void add(int bytes) {
            long before = waiting.getAndUpdate(now -> now == CLOSED ? CLOSED : now + bytes);
            if (before != CLOSED) {
                used.addAndGet(cost(before + bytes) - cost(before));
            }
        }

        private static long cost(long waiting) {
            return waiting == 0 ? 0 : waiting + WRITER;
        }

        /** Counts what is in somebody's hands until it is sent; negative when it is. */
        void lend(int bytes) {
            used.addAndGet(bytes);
        }

        /** Gives back all. */
        void close() {
            long before = waiting.getAndSet(CLOSED);
            if (before != CLOSED) {
                accounts.remove(this);
                used.addAndGet(-CHANNEL - cost(before));
            }
        }
    }
}
