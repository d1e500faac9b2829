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
 * Messages between the thread that reads them from the network and the one that receives them. A full queue asks for
 * nothing more, so that a receiver that does not keep up stops the peer and not the heap.
 */
final class ReceiveQueue {
    /** Full means arrays of this many bytes, which may be more than the messages in them, ... */
    private static final int MAX_BYTES = 1 << 20;
    /** ... but never fewer messages than one to work on and one to come. */
    private static final int MIN_MESSAGES = 2;

    /** Guards everything below. */
    private final ReentrantLock lock = new ReentrantLock();
    /** The receiver waits for a message or the end; whoever adds either signals. */
    private final Condition arrived = lock.newCondition();
    /** One who closes waits for the end; the one who ends signals. */
    private final Condition over = lock.newCondition();
    private final Queue<Slice> messages = new ArrayDeque<>();
    private int bytes;
    private boolean paused;
    /** Gets messages past the queue; null while they are queued. */
    private Link.Receiver receiver;
    private boolean discarding;
    private boolean ended;
    private IOException failure;

    /** Adds a message; returns whether to ask for another, which otherwise {@link #resume} says later. */
    boolean add(Slice message) {
        Link.Receiver direct;
        boolean wantsMore;
        lock.lock();
        try {
            direct = discarding || ended ? null : receiver;
            if (direct == null && !discarding && !ended) {
                messages.add(message);
                bytes += message.array().length;
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
     * From now on messages pass this queue by; the thread that adds them calls the receiver.
     *
     * @return false while there are still messages to be taken first
     */
    boolean passBy(Link.Receiver direct) {
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

    /** Waits for a message; null when there will be none because of an orderly end. */
    Slice take() throws IOException {
        lock.lock();
        try {
            while (messages.isEmpty() && !ended) {
                arrived.await();
            }
            Slice message = messages.poll();
            if (message != null) {
                bytes -= message.array().length;
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

    /** Whether it is time to ask for the message that a full queue did not ask for; true once for each. */
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

    /** Drops all messages from now on. */
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

    /** Adds the end, orderly when the cause is null; the first one counts. */
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

    /** Waits some time for the end; returns whether it came. */
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
