package io.linksocks.session;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The queue of messages from threads that must not block, above all the session's reader, with the thread that sends
 * them. It also sends the acknowledgements (docs/protocol-extensions.md, section 3.3).
 */
final class Outbox implements Runnable {
    private static final long ACK_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
    /** Bytes per acknowledgement on a slow link; on a fast one, as many as arrive in the interval. */
    private static final int ACK_BYTES_SLOW = 64 << 10;
    private static final int ACK_BYTES_FAST = 4 << 20;
    private static final long ACK_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    /** Twice the channels of a session: an answer and a Disconnect for each. */
    private static final int POSTED_LIMIT = 131_072;

    private static final System.Logger LOG = System.getLogger(Outbox.class.getName());

    private final ReliableSender sender;
    private final SessionMemory memory;
    private final Consumer<Throwable> onFailure;
    private final Runnable onTraffic;

    /** Guards all below; not held while anything blocks. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Awaited by the sending thread; signalled when there is something to send, or an earlier time to look. */
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Message> posted = new ArrayDeque<>(2);
    private long received;
    private long acknowledged;
    private int unacknowledgedBytes;
    private int ackBytes = ACK_BYTES_SLOW;
    private long newestAt;
    private long lastAckAt;
    /** Whether the thread wakes up by itself at {@link #lookAt} to acknowledge. */
    private boolean watching;
    private long lookAt;
    private boolean stopped;
    /** Written under the lock. */
    private volatile boolean flooded;

    /**
     * @param onFailure called with the unexpected failure of the sending thread
     * @param onTraffic called when a message is received after a pause; must not block
     */
    Outbox(ReliableSender sender, SessionMemory memory, String peer, Consumer<Throwable> onFailure, Runnable onTraffic) {
        this.sender = sender;
        this.memory = memory;
        this.onFailure = onFailure;
        this.onTraffic = onTraffic;
        Threads.start("outbox " + peer, this);
    }

    void post(Message message) {
        lock.lock();
        try {
            if (stopped) {
                return;
            }
            posted.add(message);
            memory.keep(Backlog.CONTROL, MemoryBudget.POSTED);
            flooded |= posted.size() > POSTED_LIMIT;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Whether more messages are queued than regular use can cause. */
    boolean isFlooded() {
        return flooded;
    }

    /** Counts a numbered message of the peer. On the hot path, so it wakes the sending thread rarely. */
    void onReceived(int bytes) {
        long now = System.nanoTime();
        lock.lock();
        try {
            int before = unacknowledgedBytes;
            unacknowledgedBytes += bytes;
            received++;
            newestAt = now;
            if (!watching) {
                watching = true;
                lookAt = now + ACK_DELAY_NANOS;
                changed.signal();
                onTraffic.run();
            } else if (before < ackBytes && unacknowledgedBytes >= ackBytes) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Numbered messages received so far. */
    long received() {
        lock.lock();
        try {
            return received;
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        lock.lock();
        try {
            stopped = true;
            memory.keep(Backlog.CONTROL, -(long) MemoryBudget.POSTED * posted.size());
            posted.clear();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        try {
            for (Message next = next(); next != null; next = next()) {
                if (next instanceof Message.Ack) {
                    sender.sendUnnumbered(next);
                } else {
                    sender.send(MessageWriter.write(next), SendTurn.Rank.CONTROL);
                }
            }
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "nothing more to send: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            onFailure.accept(e);
            throw e;
        }
    }

    private Message next() throws InterruptedException {
        lock.lock();
        try {
            while (!stopped) {
                if (!posted.isEmpty()) {
                    memory.keep(Backlog.CONTROL, -MemoryBudget.POSTED);
                    return posted.poll();
                }
                if (unacknowledgedBytes >= ackBytes) {
                    return ack(System.nanoTime());
                }
                long left = lookAt - System.nanoTime();
                if (!watching) {
                    changed.await();
                } else if (left > 0) {
                    changed.awaitNanos(left);
                } else {
                    watching = received != acknowledged;
                    if (watching) {
                        return ack(System.nanoTime());
                    }
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private Message ack(long now) {
        acknowledged = received;
        double rate = (double) unacknowledgedBytes / Math.max(1, now - lastAckAt);
        ackBytes = Math.clamp((long) (rate * ACK_INTERVAL_NANOS), ACK_BYTES_SLOW, ACK_BYTES_FAST);
        unacknowledgedBytes = 0;
        lastAckAt = now;
        // A fast sender may have filled its congestion window before the next acknowledgement is due.
        lookAt = now + (ackBytes > ACK_BYTES_SLOW ? ACK_INTERVAL_NANOS : ACK_DELAY_NANOS);
        return new Message.Ack(received, (int) TimeUnit.NANOSECONDS.toMicros(now - newestAt));
    }
}
