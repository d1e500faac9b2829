package io.linksocks.session;

import io.linksocks.protocol.Message;
import io.linksocks.protocol.Transport;
import io.linksocks.util.TimeText;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The receiving half of a {@link ChannelState}: messages received and not passed on yet. With flow control the sender's
 * credit bounds it; without, a full inbox blocks the link's reader for a bounded time, so that a TCP stream loses
 * nothing. Datagrams are dropped instead.
 */
final class Inbox implements Incoming {
    static final String SHORT_OF_MEMORY = "short of memory, and the reader is slow";
    private static final String DROP = "";

    private final SessionLimits limits;
    private final SessionCounters counters;
    private final ChannelMemory memory;
    /** Null without flow control: the inbox limits its own size. */
    private final ReceiveWindow window;

    /** The channel's lock; guards all below and the window. Not held while anything blocks. */
    private final ReentrantLock lock;
    /** Awaited by the receiving thread; signalled when data arrives or the input ends. */
    private final Condition readable;
    /** Awaited by the session's reader while full, and by {@link #awaitQuiet}; signalled when data is passed on. */
    private final Condition passedOn;
    private final ArrayDeque<Message.Data> queue = new ArrayDeque<>(2);
    /** Called once when data or the end arrives; null for none. */
    private Runnable onArrival;
    /** Payload queued, or taken and not passed on. */
    private int bytes;
    private long receivedBytes;
    private long releases;
    private long lastActivity = System.nanoTime();
    /** Whether the input has ended. */
    private boolean ended;
    /** Whether what was received is dropped. */
    private boolean dropped;
    /** Why the input broke off; null when it did not. */
    private String failure;

    /**
     * @param window null without flow control
     * @param memory charged for what was received and not passed on
     */
    Inbox(ReentrantLock lock, ReceiveWindow window, SessionLimits limits, SessionCounters counters, ChannelMemory memory) {
        this.lock = lock;
        this.readable = lock.newCondition();
        this.passedOn = lock.newCondition();
        this.window = window;
        this.limits = limits;
        this.counters = counters;
        this.memory = memory;
    }

    // --- methods that take the lock -----------------------------------------------------------------------------------

    /** Queues a message from the peer; returns null, or why the channel must close. */
    String offer(Message.Data data) {
        Message.Data fitting = JoinedData.trim(data);
        // Without the lock, because it may close other channels.
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

    /** Returns null to queue the message, {@link #DROP}, or why the channel must close. */
    private String refusal(Message.Data data) {
        if (window != null && !window.admit(data.payload().length())) {
            return "more data than credit";
        }
        if (data.transport() == Transport.UDP && (isFull() || !isWithinRate(data))) {
            counters.droppedDatagrams.increment();
            return DROP;
        }
        if (window == null && !awaitRoom()) {
            return "receiver too slow for " + TimeText.of(limits.readerTimeout());
        }
        return ended || data.transport() == Transport.TCP && data.payload().length() == 0 ? DROP : null;
    }

    /** Datagrams have no credit that could be held back. */
    private boolean isWithinRate(Message.Data datagram) {
        RateLimit rate = limits.rates().received();
        boolean within = rate.hasRoom();
        if (within) {
            rate.spend(datagram.payload().length());
        }
        return within;
    }

    /** The memory that a message pins. */
    private static int size(Message.Data data) {
        return data.payload().capacity();
    }

    /** Joins small messages, because credit counts payload only and must bound the memory too. */
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

    @Override
    public boolean await(Duration timeout) throws ChannelException {
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

    @Override
    public Message.Data take() throws ChannelException {
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

    @Override
    public boolean isReadyOr(Runnable callback) {
        lock.lock();
        try {
            boolean ready = !queue.isEmpty() || ended;
            onArrival = ready ? null : callback;
            return ready;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isQuiet() {
        lock.lock();
        try {
            return queue.isEmpty() && !ended;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Message.Data source(Message.Data data) {
        return data;
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

    /** Whether the input has ended, and nothing is queued, or taken and not passed on. */
    boolean isDrained() {
        lock.lock();
        try {
            return dropped || ended && bytes == 0 && queue.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Whether received data is left to pass on. */
    boolean hasLeftovers() {
        lock.lock();
        try {
            return bytes > 0 && !dropped;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes received so far. */
    long receivedBytes() {
        lock.lock();
        try {
            return receivedBytes;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the input has ended or nothing has arrived for this time; time with unread data does not count. */
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

    // --- methods that ChannelState calls with the lock held ------------------------------------------------------------

    /**
     * Releases a message that was passed on.
     *
     * @param rtt of the session in nanoseconds
     * @return credit to grant now; usually 0
     */
    int release(Message.Data data, long rtt, long now) {
        memory.give(size(data));
        bytes -= data.payload().length();
        releases++;
        lastActivity = now;
        passedOn.signalAll();
        int length = data.payload().length();
        counters.passedOnBytes.add(length);
        if (window == null) {
            return 0;
        }
        return ended ? window.consumeRest(length, rtt, now) : window.consume(length, bytes, rtt, now);
    }

    /**
     * Ends the input.
     *
     * @param error why the input broke off, which drops what is queued; null to let it be taken
     * @return the callback to run after the lock is released; null for none
     */
    Runnable end(String error) {
        if (error != null) {
            dropped = true;
            clear();
        }
        return endBehindQueue(error);
    }

    /**
     * Ends the input behind what is queued.
     *
     * @param error why it broke off there; null for an orderly end
     */
    Runnable endBehindQueue(String error) {
        failure = failure == null ? error : failure;
        ended = true;
        readable.signalAll();
        passedOn.signalAll();
        return takeCallback();
    }

    /** Ends the input and drops what is queued; returns the callback as {@link #end} does. */
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

    /** When data was last received or passed on, on the nanoTime scale. */
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
