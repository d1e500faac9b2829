package io.linksocks.session;

import io.linksocks.protocol.Message;
import io.linksocks.protocol.Protocol;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What a channel has received and not passed on yet: bounded in bytes and in messages. */
final class Inbox {
    private final SessionLimits limits;

    /** Guards all below; nothing blocks while it is held. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Waited on by the receiving thread; signalled when something arrives or the stream ends. */
    private final Condition arrived = lock.newCondition();
    /** Waited on by the session's reader when full; signalled when bytes were passed on. */
    private final Condition passedOn = lock.newCondition();
    private final ArrayDeque<Message.Data> queue = new ArrayDeque<>(2);
    private int bytes;
    private boolean ended;
    private String failure;
    private volatile long lastActivity = System.nanoTime();

    Inbox(SessionLimits limits) {
        this.limits = limits;
    }

    /**
     * Adds a message. A full inbox holds up the caller for a bounded time, so that a TCP stream loses nothing; a datagram
     * is dropped instead.
     *
     * @return false when there is still no room
     */
    boolean offer(Message.Data data) {
        lastActivity = System.nanoTime();
        lock.lock();
        try {
            if (isFull() && data.protocol() == Protocol.UDP) {
                return true;
            }
            if (!awaitRoom()) {
                return false;
            }
            if (!ended) {
                queue.add(data);
                bytes += data.payload().length();
                arrived.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
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

    void release(int count) {
        touch();
        lock.lock();
        try {
            bytes -= count;
            passedOn.signalAll();
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
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                failure = error;
                if (error != null) {
                    queue.clear();
                }
                arrived.signalAll();
                passedOn.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns when the stream has ended, or nothing was received or passed on for so long. */
    void awaitSilence(Duration patience) {
        lock.lock();
        try {
            long left;
            while (!ended && (left = patience.toNanos() - idleNanos()) > 0) {
                passedOn.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    void touch() {
        lastActivity = System.nanoTime();
    }

    long idleNanos() {
        return System.nanoTime() - lastActivity;
    }

    String limitText() {
        return limits.queuedBytes() + " bytes or " + limits.queuedMessages() + " messages waited for "
                + limits.readerPatience().toSeconds() + " s";
    }
}
