package io.linksocks.session;

import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The right to write to the link. A channel sends with one thread and waits here for each message, so FIFO order within
 * a rank is round robin between channels. The turn is handed off directly to the next waiter (no barging).
 */
final class SendTurn {
    /** Priorities: control before interactive (small) messages, these before bulk. */
    enum Rank { CONTROL, SMALL, BULK }

    private static final Rank[] RANKS = Rank.values();

    private static final class Waiter {
        final Thread thread = Thread.currentThread();
        volatile boolean granted;
    }

    /** Guards all below; not held while anything blocks. */
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Waiter> control = new ArrayDeque<>(2);
    private final ArrayDeque<Waiter> small = new ArrayDeque<>(2);
    private final ArrayDeque<Waiter> bulk = new ArrayDeque<>(2);
    private final Gate gate;
    private boolean taken;

    /** The admission of messages by rank. Called under the lock, so it must be quick. */
    interface Gate {
        boolean admits(Rank rank);
    }

    SendTurn(Gate gate) {
        this.gate = gate;
    }

    /** Waits for the turn. The caller must {@link #release} it. */
    void acquire(Rank rank) {
        Waiter waiter;
        lock.lock();
        try {
            if (!taken && queue(rank).isEmpty() && gate.admits(rank)) {
                taken = true;
                return;
            }
            waiter = new Waiter();
            queue(rank).add(waiter);
        } finally {
            lock.unlock();
        }
        await(waiter);
    }

    /** Takes the turn if nobody else has it or waits for it; the caller must {@link #release} it then, from any thread. */
    boolean tryAcquire(Rank rank) {
        lock.lock();
        try {
            boolean free = !taken && queue(rank).isEmpty() && gate.admits(rank);
            taken |= free;
            return free;
        } finally {
            lock.unlock();
        }
    }

    private static void await(Waiter waiter) {
        boolean interrupted = false;
        while (!waiter.granted) {
            LockSupport.park(waiter);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void release() {
        Waiter next;
        lock.lock();
        try {
            taken = false;
            next = grantNext();
        } finally {
            lock.unlock();
        }
        unpark(next);
    }

    /** Rechecks the waiters; called when the gate may admit more than before. */
    void reconsider() {
        Waiter next;
        lock.lock();
        try {
            next = taken ? null : grantNext();
        } finally {
            lock.unlock();
        }
        unpark(next);
    }

    /** Whether any thread waits for the turn. */
    boolean isWanted() {
        lock.lock();
        try {
            return !(control.isEmpty() && small.isEmpty() && bulk.isEmpty());
        } finally {
            lock.unlock();
        }
    }

    private Waiter grantNext() {
        for (Rank rank : RANKS) {
            ArrayDeque<Waiter> waiting = queue(rank);
            if (!waiting.isEmpty() && gate.admits(rank)) {
                taken = true;
                return waiting.poll();
            }
        }
        return null;
    }

    private static void unpark(Waiter waiter) {
        if (waiter != null) {
            waiter.granted = true;
            LockSupport.unpark(waiter.thread);
        }
    }

    private ArrayDeque<Waiter> queue(Rank rank) {
        return switch (rank) {
            case CONTROL -> control;
            case SMALL -> small;
            case BULK -> bulk;
        };
    }
}
