package io.linksocks.session;

import io.linksocks.util.Threads;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * A token bucket for bytes, which channels share fairly: those that wait take turns, some kilobytes each. The rate may change at
 * any time. Thread-safe.
 */
public final class RateLimit {
    /** For sessions without a limit. */
    static final RateLimit NONE = new RateLimit();

    /** Bytes of a turn: little delay for others even at low rates. */
    private static final int QUANTUM = 16 << 10;
    /** The bucket holds what flows in this part of a second, and a quantum at least. */
    private static final int BURSTS_PER_SECOND = 10;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier clock;
    private final BiConsumer<Duration, Runnable> timer;
    /** Bytes per second; 0 for no limit. */
    private volatile long rate;

    /** Guards all below; not held while a turn is granted. */
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashSet<Turn> waiting = new LinkedHashSet<>();
    /** Bytes that may pass now; negative after the last turn took more than there was. */
    private double level;
    private long filledAt;
    private boolean timed;
    /** The number of the timer that is waited for. */
    private int timers;

    /** Without a limit for now. */
    public RateLimit() {
        this(System::nanoTime, Threads::later);
    }

    RateLimit(LongSupplier clock, BiConsumer<Duration, Runnable> timer) {
        this.clock = clock;
        this.timer = timer;
        this.filledAt = clock.getAsLong();
    }

    /** Whether there is a limit. */
    boolean isSet() {
        return rate > 0;
    }

    /** @param bytesPerSecond 0 for no limit */
    public void set(long bytesPerSecond) {
        lock.lock();
        try {
            fill();
            rate = bytesPerSecond;
            // A timer that was started at a lower rate would come too late.
            timed = false;
        } finally {
            lock.unlock();
        }
        serve();
    }

    /** Whether nobody waits and something may pass; its sender calls {@link #spend}. */
    boolean hasRoom() {
        if (!isSet()) {
            return true;
        }
        lock.lock();
        try {
            fill();
            return waiting.isEmpty() && level > 0;
        } finally {
            lock.unlock();
        }
    }

    /** Takes bytes, which those who come later wait for. */
    void spend(int bytes) {
        if (isSet()) {
            lock.lock();
            try {
                level -= bytes;
            } finally {
                lock.unlock();
            }
        }
    }

    private void fill() {
        long now = clock.getAsLong();
        long most = Math.max(QUANTUM, rate / BURSTS_PER_SECOND);
        level = Math.min(most, level + (double) rate * (now - filledAt) / SECOND);
        filledAt = now;
    }

    // --- turns -------------------------------------------------------------------------------------------------------

    /** One of those who share the rate. */
    final class Turn {
        private final IntConsumer granted;
        private long owed;
        private boolean withdrawn;

        /** @param granted called with bytes that may pass; not for a thread that may block */
        Turn(IntConsumer granted) {
            this.granted = granted;
        }

        /**
         * Asks for bytes, which are granted in one or several parts, perhaps at once; 0 asks for nothing.
         *
         * @return false after {@link #withdraw}: nothing is granted
         */
        boolean ask(int bytes) {
            if (bytes == 0) {
                return true;
            }
            if (!isSet()) {
                granted.accept(bytes);
                return true;
            }
            lock.lock();
            try {
                if (withdrawn) {
                    return false;
                }
                if (owed == 0) {
                    waiting.add(this);
                }
                owed += bytes;
            } finally {
                lock.unlock();
            }
            serve();
            return true;
        }

        /** Leaves the rate to the others. Returns the bytes that were asked for and will not be granted. */
        int withdraw() {
            lock.lock();
            try {
                if (owed > 0) {
                    waiting.remove(this);
                }
                int left = (int) owed;
                owed = 0;
                withdrawn = true;
                return left;
            } finally {
                lock.unlock();
            }
        }
    }

    private void serve() {
        for (;;) {
            Turn next;
            int bytes;
            lock.lock();
            try {
                fill();
                if (waiting.isEmpty()) {
                    return;
                }
                if (isSet() && level <= 0) {
                    awaitRoom();
                    return;
                }
                next = waiting.removeFirst();
                bytes = (int) Math.min(next.owed, QUANTUM);
                next.owed -= bytes;
                level -= isSet() ? bytes : 0;
                if (next.owed > 0) {
                    waiting.add(next);
                }
            } finally {
                lock.unlock();
            }
            next.granted.accept(bytes);
        }
    }

    private void awaitRoom() {
        if (!timed) {
            timed = true;
            int number = ++timers;
            timer.accept(Duration.ofNanos((long) Math.ceil((1 - level) * SECOND / rate)), () -> onTimer(number));
        }
    }

    private void onTimer(int number) {
        lock.lock();
        try {
            if (number != timers) {
                return;
            }
            timed = false;
        } finally {
            lock.unlock();
        }
        serve();
    }

    /** A turn for a thread that waits. */
    final class Gate {
        private final Semaphore passed = new Semaphore(0);
        private final Turn turn = new Turn(passed::release);

        /** Waits until all of these bytes may pass, or {@link #open}. */
        void pass(int bytes) throws ChannelException {
            try {
                if (isSet() && turn.ask(bytes)) {
                    passed.acquire(bytes);
                }
            } catch (InterruptedException e) {
                throw ChannelException.interrupted();
            }
        }

        /** Lets the thread pass, now and later, because it has nothing more to send. */
        void open() {
            passed.release(turn.withdraw());
        }
    }
}
