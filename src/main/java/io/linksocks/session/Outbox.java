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

/**
 * Sends what must not make its author wait, above all what the session's reader has to say: posted messages, and the
 * acknowledgements of what it has read (docs/protocol-extensions.md, section 3.3).
 */
final class Outbox implements Runnable {
    private static final long ACK_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
    /** From so many unacknowledged bytes on, the peer may be waiting, so the pause is short. */
    private static final int ACK_SOON_BYTES = 64 << 10;
    private static final long ACK_SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    private static final System.Logger LOG = System.getLogger(Outbox.class.getName());

    private final Outbound outbound;

    /** Guards all below; nothing blocks while it is held. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Waited on by the sending thread; signalled when there is something to send, or sooner than it thought. */
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Message> posted = new ArrayDeque<>(2);
    private long received;
    private long acknowledged;
    private int unacknowledgedBytes;
    private long newestAt;
    private long ackDueAt;
    private long lastAckAt;
    private boolean stopped;

    Outbox(Outbound outbound, String peer) {
        this.outbound = outbound;
        Threads.start("outbox " + peer, this);
    }

    void post(Message message) {
        lock.lock();
        try {
            posted.add(message);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Counts a numbered message of the peer. */
    void onReceived(int bytes) {
        long now = System.nanoTime();
        lock.lock();
        try {
            boolean many = unacknowledgedBytes >= ACK_SOON_BYTES;
            unacknowledgedBytes += bytes;
            newestAt = now;
            if (received++ == acknowledged) {
                ackDueAt = now + ACK_DELAY_NANOS;
                changed.signal();
            }
            if (!many && unacknowledgedBytes >= ACK_SOON_BYTES) {
                ackDueAt = Math.min(ackDueAt, lastAckAt + ACK_SOON_NANOS);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Numbered messages of the peer so far. */
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
                    outbound.sendUnnumbered(next);
                } else {
                    outbound.send(MessageWriter.write(next), SendTurn.Rank.CONTROL);
                }
            }
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "nothing more to send: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Message next() throws InterruptedException {
        lock.lock();
        try {
            while (!stopped) {
                if (!posted.isEmpty()) {
                    return posted.poll();
                }
                long now = System.nanoTime();
                if (received == acknowledged) {
                    changed.await();
                } else if (ackDueAt - now > 0) {
                    changed.awaitNanos(ackDueAt - now);
                } else {
                    return ack(now);
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private Message ack(long now) {
        acknowledged = received;
        unacknowledgedBytes = 0;
        lastAckAt = now;
        return new Message.Ack(received, (int) TimeUnit.NANOSECONDS.toMicros(now - newestAt));
    }
}
