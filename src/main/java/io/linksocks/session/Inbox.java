package io.linksocks.session;

import io.linksocks.protocol.Message;
import io.linksocks.protocol.Protocol;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a channel has received and not passed on yet. With flow control the sender's credit bounds it; without, a full inbox
 * holds up the link for a bounded time, so that a TCP stream loses nothing. Datagrams are dropped instead.
 */
final class Inbox {
    static final String SHORT_OF_MEMORY = "short of memory, and the reader is slow";

    private final SessionLimits limits;
    private final SessionCounters counters;
    private final ChannelMemory memory;
    private final boolean bounded;

    /** Guards all below; nothing blocks while it is held. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Waited on by the receiving thread; signalled when something arrives or the stream ends. */
    private final Condition arrived = lock.newCondition();
    /** Waited on by the session's reader when full; signalled when bytes were passed on or the stream ends. */
    private final Condition passedOn = lock.newCondition();
    private final ArrayDeque<Message.Data> queue = new ArrayDeque<>(2);
    /** Called once something arrives, as nobody waits; null while somebody takes. */
    private Runnable onArrival;
    private int bytes;
    private long releases;
    private boolean ended;
    private boolean dropped;
    private String failure;

    /**
     * @param bounded whether nothing else keeps the sender from sending too much
     * @param memory where all is counted that was received and not passed on
     */
    Inbox(boolean bounded, SessionLimits limits, SessionCounters counters, ChannelMemory memory) {
        this.bounded = bounded;
        this.limits = limits;
        this.counters = counters;
        this.memory = memory;
    }

    /** @return null, or why the channel must end: there is no memory, or no room, and has not been for the reader's patience */
    String offer(Message.Data data) {
        Message.Data fitting = JoinedData.trim(data);
        if (!memory.take(size(fitting))) {
            return SHORT_OF_MEMORY;
        }
        Runnable callback = null;
        lock.lock();
        try {
            if (fitting.protocol() == Protocol.UDP && isFull()) {
                counters.droppedDatagrams.increment();
                memory.give(size(fitting));
            } else if (bounded && !awaitRoom()) {
                return "receiver too slow for " + limits.readerPatience().toSeconds() + " s";
            } else if (ended || isEmptyPiece(fitting)) {
                memory.give(size(fitting));
            } else {
                keep(fitting);
                bytes += fitting.payload().length();
                arrived.signal();
                callback = takeCallback();
            }
        } finally {
            lock.unlock();
        }
        call(callback);
        return null;
    }

    /** What a message holds of memory. */
    private static int size(Message.Data data) {
        return data.payload().array().length;
    }

    private static boolean isEmptyPiece(Message.Data data) {
        return data.protocol() == Protocol.TCP && data.payload().length() == 0;
    }

    private Runnable takeCallback() {
        Runnable callback = onArrival;
        onArrival = null;
        return callback;
    }

    private static void call(Runnable callback) {
        if (callback != null) {
            callback.run();
        }
    }

    /** Credit counts payload alone, so what lies around it and how it is cut may not cost much more memory than that. */
    private void keep(Message.Data data) {
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
        long left = limits.readerPatience().toNanos();
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
    boolean await(Duration patience) throws ChannelException {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (queue.isEmpty() && !ended && left > 0) {
                left = arrived.awaitNanos(left);
            }
            return !queue.isEmpty() || ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChannelException("interrupted");
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next message; null at the end. */
    Message.Data take() throws ChannelException {
        lock.lock();
        try {
            while (queue.isEmpty() && !ended) {
                arrived.await();
            }
            if (failure != null) {
                throw new ChannelException(failure);
            }
            return queue.poll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChannelException("interrupted");
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

    /** A message was passed on, which makes room; returns whether anything may still come. */
    boolean release(Message.Data data) {
        memory.give(size(data));
        lock.lock();
        try {
            bytes -= data.payload().length();
            releases++;
            passedOn.signalAll();
            return !ended;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Nothing will come any more.
     *
     * @param error why the stream broke off, which ends it at once; null when what is queued shall still be taken
     */
    void end(String error) {
        Runnable callback;
        lock.lock();
        try {
            if (failure == null && error != null) {
                failure = error;
                queue.clear();
            }
            callback = endWaits();
        } finally {
            lock.unlock();
        }
        call(callback);
    }

    /** Nothing will come any more, and nobody wants what has come. */
    void drop() {
        Runnable callback;
        lock.lock();
        try {
            dropped = true;
            for (Message.Data data = queue.poll(); data != null; data = queue.poll()) {
                bytes -= data.payload().length();
                memory.give(size(data));
            }
            callback = endWaits();
        } finally {
            lock.unlock();
        }
        call(callback);
    }

    /** Returns whom to call without the lock. */
    private Runnable endWaits() {
        ended = true;
        arrived.signalAll();
        passedOn.signalAll();
        return takeCallback();
    }

    /** Whether the stream broke off. */
    boolean isBroken() {
        lock.lock();
        try {
            return failure != null;
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing is left, here or in anybody's hand, that will be passed on. */
    boolean isDrained() {
        lock.lock();
        try {
            return dropped || failure != null || ended && bytes == 0 && queue.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Returns when the stream has ended, or nothing came for so long; a slow consumer is waited for. */
    void awaitQuiet(Duration patience) {
        lock.lock();
        try {
            long seen = releases;
            long left = patience.toNanos();
            while (!ended && left > 0) {
                left = passedOn.awaitNanos(left);
                if (bytes > 0 || releases != seen) {
                    seen = releases;
                    left = patience.toNanos();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
