package io.linksocks.session;

import io.linksocks.protocol.Slice;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The numbered messages sent and not acknowledged (docs/protocol-extensions.md, section 3). A message that is being
 * written stays here whatever the peer claims to have received, because its buffer is still in use. Guarded by {@link
 * ReliableSender}, except {@link #acknowledged}, {@link #bytes} and {@link #memory}.
 */
final class ReplayBuffer {
    private static final class Entry {
        final Slice message;
        /** 0 after a retransmission, whose RTT is ambiguous (Karn's algorithm, RFC 6298 section 3). */
        long sentAt;
        /** Bytes written to the link before the message; 0 after a retransmission. */
        long position;

        Entry(Slice message, long sentAt, long position) {
            this.message = message;
            this.sentAt = sentAt;
            this.position = position;
        }
    }

    private final MemoryBudget budget;
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    /** Numbers of the last message that was removed, completely written, and acknowledged by the peer. */
    private long removed;
    private long written;
    private volatile long acknowledged;
    private volatile long bytes;
    private volatile long memory;
    private long confirmed;
    private long delivered;

    /** @param budget charged for the buffers that messages pin */
    ReplayBuffer(MemoryBudget budget) {
        this.budget = budget;
    }

    /**
     * Appends a message, which gets the next number.
     *
     * @param position bytes written to the present link before the message
     */
    void add(Slice message, long now, long position) {
        entries.add(new Entry(message, now, position));
        grow(message.length(), message.capacity());
    }

    private void grow(long length, long capacity) {
        bytes += length;
        memory += capacity;
        budget.keep(capacity);
    }

    /** Messages that the peer has acknowledged. */
    long acknowledged() {
        return acknowledged;
    }

    /** Bytes of the messages in the buffer. */
    long bytes() {
        return bytes;
    }

    /** Bytes of the buffers that these messages pin. */
    long memory() {
        return memory;
    }

    /** When the oldest message was sent; 0 after a retransmission, and without one. */
    long oldestSentAt() {
        return entries.isEmpty() ? 0 : entries.element().sentAt;
    }

    /** Bytes of the messages that were removed. */
    long delivered() {
        return delivered;
    }

    /** Bytes written to the present link that the peer has received for certain. */
    long confirmed() {
        return confirmed;
    }

    /** Whether the peer can have received this many, and has not acknowledged more before. */
    boolean isPlausible(long received) {
        return received >= acknowledged && hasSent(received);
    }

    boolean hasSent(long messages) {
        return messages <= removed + entries.size();
    }

    /** Notes that the oldest unwritten message was written to the present link. */
    void written() {
        written++;
        prune();
    }

    /**
     * Notes how many messages the peer has received. It may have reported more already: an acknowledgement that was
     * queued while the link was replaced arrives after the counts that the peers exchange on resume.
     *
     * @return when the newest message removed now was sent; 0 when unknown
     */
    long acknowledge(long received) {
        acknowledged = Math.max(acknowledged, received);
        return prune();
    }

    private long prune() {
        long sentAt = 0;
        long length = 0;
        long capacity = 0;
        while (removed < Math.min(acknowledged, written)) {
            Entry entry = entries.remove();
            removed++;
            length += entry.message.length();
            capacity += entry.message.capacity();
            sentAt = entry.sentAt;
            confirmed = Math.max(confirmed, entry.position);
            entry.message.release();
        }
        if (capacity > 0) {
            delivered += length;
            grow(-length, -capacity);
        }
        return sentAt;
    }

    /** Notes how many messages the peer has received, when nothing is being written to the old link any more. */
    void confirm(long received) {
        written = received;
        acknowledge(received);
        confirmed = 0;
    }

    /** Drops all messages at the end of the session. */
    void drop() {
        removed += entries.size();
        entries.clear();
        grow(-bytes, -memory);
    }

    /** Returns the messages to write to a new link, in order. */
    List<Slice> rewind() {
        List<Slice> messages = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            entry.sentAt = 0;
            entry.position = 0;
            messages.add(entry.message);
        }
        return messages;
    }
}
