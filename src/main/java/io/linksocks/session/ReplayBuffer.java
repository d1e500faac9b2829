package io.linksocks.session;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Slice;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * Numbered messages that were sent and not acknowledged (docs/protocol-extensions.md, section 3). Guarded by its session.
 */
final class ReplayBuffer {
    private static final class Entry {
        final Slice message;
        long sentAt;
        /** The round trip of a message that was sent twice can't be told (Karn's algorithm). */
        boolean resent;

        Entry(Slice message, long sentAt) {
            this.message = message;
            this.sentAt = sentAt;
        }
    }

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private long acknowledged;
    private long bytes;

    /** Numbers the message and keeps it. */
    void add(Slice message, long now) {
        entries.add(new Entry(message, now));
        bytes += message.length();
    }

    /** Unacknowledged bytes. */
    long bytes() {
        return bytes;
    }

    /** Whether a peer can have received this many. */
    boolean isPlausible(long received) {
        return received >= acknowledged && received <= acknowledged + entries.size();
    }

    /**
     * Forgets the messages up to a number, whose arrays go back to the pool.
     *
     * @return when the newest of them was sent; 0 when that tells nothing
     */
    long acknowledge(long received) {
        long sentAt = 0;
        while (acknowledged < received) {
            Entry entry = entries.poll();
            bytes -= entry.message.length();
            sentAt = entry.resent ? 0 : entry.sentAt;
            acknowledged++;
            BufferPool.release(entry.message.array());
        }
        return sentAt;
    }

    /** What must be sent again, in order. */
    Iterable<Slice> unacknowledged() {
        Iterator<Entry> all = entries.iterator();
        return () -> new Iterator<>() {
            @Override
            public boolean hasNext() {
                return all.hasNext();
            }

            @Override
            public Slice next() {
                Entry entry = all.next();
                entry.resent = true;
                return entry.message;
            }
        };
    }
}
