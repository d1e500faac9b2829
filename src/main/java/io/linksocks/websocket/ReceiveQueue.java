package io.linksocks.websocket;

import io.linksocks.protocol.Link;
import io.linksocks.protocol.Slice;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The queue between the JDK's selector thread and the receiving thread. While it is full, no more messages are requested, so a
 * slow receiver causes backpressure instead of filling the heap.
 */
final class ReceiveQueue {
    /** The queue is full from this many bytes on, counting whole buffers. */
    private static final int MAX_BYTES = 1 << 20;
    /** The queue is not full with fewer messages. */
    private static final int MIN_MESSAGES = 2;

    /** Guards everything below. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Awaited by the receiver; signalled when a message or the end is added. */
    private final Condition arrived = lock.newCondition();
    /** Awaited by the closing thread; signalled at the end. */
    private final Condition over = lock.newCondition();
    private final Queue<Slice> messages = new ArrayDeque<>();
    private int bytes;
    private boolean paused;
    /** Takes messages instead of the queue; null while they are queued. */
    private Link.Receiver receiver;
    private boolean discarding;
    private boolean ended;
    private IOException failure;

    /** Adds a message; returns whether to request another. If not, {@link #resume} tells when. */
    boolean add(Slice message) {
        Link.Receiver direct;
        boolean wantsMore;
        lock.lock();
        try {
            direct = discarding || ended ? null : receiver;
            if (direct == null && !discarding && !ended) {
                messages.add(message);
                bytes += message.capacity();
                arrived.signal();
            }
            paused = isFull();
            wantsMore = !paused;
        } finally {
            lock.unlock();
        }
        if (direct != null) {
            pass(message, direct);
        }
        return wantsMore;
    }

    private void pass(Slice message, Link.Receiver direct) {
        try {
            if (!direct.take(message)) {
                end(null);
            }
        } catch (IOException e) {
            end(e);
        } catch (RuntimeException e) {
            Threads.reportError(e);
            end(new IOException("message could not be handled", e));
        }
    }

    /**
     * Lets the adding thread call the receiver instead of queueing messages.
     *
     * @return false if queued messages have to be taken first
     */
    boolean bypass(Link.Receiver direct) {
        lock.lock();
        try {
            if (messages.isEmpty()) {
                receiver = direct;
            }
            return messages.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a message; returns null after an orderly end. */
    Slice take() throws IOException {
        lock.lock();
        try {
            while (messages.isEmpty() && !ended) {
                arrived.await();
            }
            Slice message = messages.poll();
            if (message != null) {
                bytes -= message.capacity();
            } else if (failure != null) {
                throw failure;
            }
            return message;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while receiving");
        } finally {
            lock.unlock();
        }
    }

    /** Whether to request the next message after the queue was full; true once. */
    boolean resume() {
        lock.lock();
        try {
            boolean resumed = paused && !isFull();
            paused &= !resumed;
            return resumed;
        } finally {
            lock.unlock();
        }
    }

    /** Drops queued and future messages. */
    void discard() {
        lock.lock();
        try {
            discarding = true;
            messages.clear();
            bytes = 0;
        } finally {
            lock.unlock();
        }
    }

    /** Adds the end, orderly if the cause is null; later calls have no effect. */
    void end(IOException cause) {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                failure = cause;
                arrived.signalAll();
                over.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the end; returns false on timeout. */
    boolean awaitEnd(Duration limit) throws InterruptedException {
        lock.lock();
        try {
            long left = limit.toNanos();
            while (!ended && left > 0) {
                left = over.awaitNanos(left);
            }
            return ended;
        } finally {
            lock.unlock();
        }
    }

    private boolean isFull() {
        return bytes >= MAX_BYTES && messages.size() >= MIN_MESSAGES;
    }
}
