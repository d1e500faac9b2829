package io.linksocks.session;

import io.linksocks.protocol.Message;
import io.linksocks.protocol.Transport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The receiving half of a {@link ChannelState}: what has come and was not passed on yet. With flow control the sender's credit
 * bounds it; without, a full inbox holds up the link for a bounded time, so that a TCP stream loses nothing. Datagrams are
 * dropped instead.
 */
final class Inbox {
    static final String SHORT_OF_MEMORY = "short of memory, and the reader is slow";
    private static final String DROP = "";

    private final SessionLimits limits;
    private final SessionCounters counters;
    private final ChannelMemory memory;
    /** Null without flow control. */
    private final ReceiveWindow window;
    /** Whether nothing else keeps the sender from sending too much. */
    private final boolean bounded;

    /** The channel's; guards all below and the window. Nothing blocks while it is held. */
    private final ReentrantLock lock;
    /** Waited on by the receiving thread; signalled when something arrives or the input ends. */
    private final Condition readable;
    /** Waited on by the session's reader when full, and by an opener for the end of an answer; signalled when bytes are passed on. */
    private final Condition passedOn;
    private final ArrayDeque<Message.Data> queue = new ArrayDeque<>(2);
    /** Called once something arrives, as nobody waits; null while somebody takes. */
    private Runnable onArrival;
    /** Queued, or taken and not passed on. */
    private int bytes;
    private long receivedBytes;
    private long releases;
    private long lastActivity = System.nanoTime();
    /** Nothing more will come. */
    private boolean ended;
    /** Nobody wants what has come. */
    private boolean dropped;
    /** Why the input broke off; null when it did not. */
    private String failure;

    /**
     * @param window null without flow control
     * @param memory where all is counted that was received and not passed on
     */
    Inbox(ReentrantLock lock, ReceiveWindow window, SessionLimits limits, SessionCounters counters, ChannelMemory memory) {
        this.lock = lock;
        this.readable = lock.newCondition();
        this.passedOn = lock.newCondition();
        this.window = window;
        this.bounded = window == null;
        this.limits = limits;
        this.counters = counters;
        this.memory = memory;
    }

    // --- events, which take the lock -----------------------------------------------------------------------------------

    /** Takes a message from the peer; returns null, or why the channel must end. */
    String offer(Message.Data data) {
        Message.Data fitting = JoinedData.trim(data);
        // Without the lock, for it may end other channels.
        if (!memory.take(size(fitting))) {
            return SHORT_OF_MEMORY;
        }
        Runnable callback = null;
        lock.lock();
        try {
            lastActivity = System.nanoTime();
            receivedBytes += fitting.payload().length();
            String refusal = refusal(fitting);
            if (refusal == null) {
                keep(fitting);
                readable.signal();
                callback = takeCallback();
            } else {
                memory.give(size(fitting));
                return refusal.equals(DROP) ? null : refusal;
            }
        } finally {
            lock.unlock();
        }
        call(callback);
        return null;
    }

    /** Null when the message is to be kept, or why the channel must end. */
    private String refusal(Message.Data data) {
        if (window != null && !window.admit(data.payload().length())) {
            return "more data than credit";
        }
        if (data.transport() == Transport.UDP && isFull()) {
            counters.droppedDatagrams.increment();
            return DROP;
        }
        if (bounded && !awaitRoom()) {
            return "receiver too slow for " + limits.readerTimeout().toSeconds() + " s";
        }
        return ended || data.transport() == Transport.TCP && data.payload().length() == 0 ? DROP : null;
    }

    /** What a message holds of memory. */
    private static int size(Message.Data data) {
        return data.payload().array().length;
    }

    /** Credit counts payload alone, so what lies around it and how it is cut may not cost much more memory than that. */
    private void keep(Message.Data data) {
        bytes += data.payload().length();
        Message.Data last = queue.peekLast();
        if (queue.size() < limits.queuedMessages() || !JoinedData.fits(last, data)) {
            queue.add(data);
            return;
        }
        queue.removeLast();
        int before = size(last);
        Message.Data joined = JoinedData.join(last, data);
        memory.exchange(before, size(data), size(joined));
        queue.add(joined);
    }

    private boolean awaitRoom() {
        long left = limits.readerTimeout().toNanos();
        try {
            while (isFull() && !ended && left > 0) {
                left = passedOn.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ended || !isFull();
    }

    private boolean isFull() {
        return bytes >= limits.queuedBytes() || queue.size() >= limits.queuedMessages();
    }

    /** Waits until {@link #take} would not have to; false when it still would after this time. */
    boolean await(Duration timeout) throws ChannelException {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (isQuiet() && left > 0) {
                left = readable.awaitNanos(left);
            }
            return !isQuiet();
        } catch (InterruptedException e) {
            throw ChannelException.interrupted();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next message; null at the end. */
    Message.Data take() throws ChannelException {
        lock.lock();
        try {
            while (queue.isEmpty() && !ended) {
                readable.await();
            }
            if (failure != null && queue.isEmpty()) {
                throw new ChannelException(failure);
            }
            return queue.poll();
        } catch (InterruptedException e) {
            throw ChannelException.interrupted();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether {@link #take} would not have to wait. If it would, somebody is to come back when it would not.
     *
     * @param callback called once then, by the thread that brings a message or the end
     */
    boolean isReadyOr(Runnable callback) {
        lock.lock();
        try {
            boolean ready = !queue.isEmpty() || ended;
            onArrival = ready ? null : callback;
            return ready;
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing is there to be taken, not even the end. */
    boolean isQuiet() {
        lock.lock();
        try {
            return queue.isEmpty() && !ended;
        } finally {
            lock.unlock();
        }
    }

    /** Why the input broke off; null when it did not. */
    String failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing is left, here or in anybody's hand, that will be passed on. */
    boolean isDrained() {
        lock.lock();
        try {
            return dropped || ended && bytes == 0 && queue.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Whether something that was received is still to be passed on. */
    boolean hasLeftovers() {
        lock.lock();
        try {
            return bytes > 0 && !dropped;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes that have come so far. */
    long receivedBytes() {
        lock.lock();
        try {
            return receivedBytes;
        } finally {
            lock.unlock();
        }
    }

    /** Returns when the input has ended, or nothing came for so long; a slow consumer is waited for. */
    void awaitQuiet(Duration timeout) {
        lock.lock();
        try {
            long seen = releases;
            long left = timeout.toNanos();
            while (!ended && left > 0) {
                left = passedOn.awaitNanos(left);
                if (bytes > 0 || releases != seen) {
                    seen = releases;
                    left = timeout.toNanos();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    // --- steps of the channel's events, with the lock held ---------------------------------------------------------------

    /**
     * A message was passed on, which makes room.
     *
     * @param rtt of the session in nanoseconds
     * @return credit to grant now; mostly 0
     */
    int release(Message.Data data, long rtt, long now) {
        memory.give(size(data));
        bytes -= data.payload().length();
        releases++;
        lastActivity = now;
        passedOn.signalAll();
        return window == null || ended ? 0 : window.consume(data.payload().length(), rtt, now);
    }

    /**
     * Nothing will come any more.
     *
     * @param error why the input broke off, which ends it at once; null when what is queued shall still be taken
     * @return whom to call without the lock; null for nobody
     */
    Runnable end(String error) {
        if (error != null) {
            dropped = true;
            clear();
        }
        return endBehindQueue(error);
    }

    /**
     * The same, but what is queued shall be taken in any case.
     *
     * @param error what is met behind it; null for a good end
     */
    Runnable endBehindQueue(String error) {
        failure = failure == null ? error : failure;
        ended = true;
        readable.signalAll();
        passedOn.signalAll();
        return takeCallback();
    }

    /** Nothing will come any more, and nobody wants what has come; returns the same. */
    Runnable drop() {
        dropped = true;
        clear();
        return endBehindQueue(null);
    }

    private void clear() {
        for (Message.Data data = queue.poll(); data != null; data = queue.poll()) {
            bytes -= data.payload().length();
            memory.give(size(data));
        }
    }

    /** When something came or was passed on, on the nanoTime scale. */
    long lastActivity() {
        return lastActivity;
    }

    private Runnable takeCallback() {
        Runnable callback = onArrival;
        onArrival = null;
        return callback;
    }

    static void call(Runnable callback) {
        if (callback != null) {
            callback.run();
        }
    }
}
