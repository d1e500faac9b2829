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
        final boolean control;
        /** 0 after a retransmission, whose RTT is ambiguous (Karn's algorithm, RFC 6298 section 3). */
        long sentAt;
        /** Bytes written to the link before the message; 0 after a retransmission. */
        long position;

        Entry(Slice message, boolean control, long sentAt, long position) {
            this.message = message;
            this.control = control;
            this.sentAt = sentAt;
            this.position = position;
        }

        int size() {
            return message.capacity() + (control ? MemoryBudget.KEPT : 0);
        }
    }

    private final SessionMemory memoryOfSession;
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    /** Numbers of the last message that was removed, completely written, and acknowledged by the peer. */
    private long removed;
    private long written;
    private volatile long acknowledged;
    private volatile long bytes;
    private volatile long memory;
    private long controlMemory;
    private long confirmed;
    private long delivered;

    /** @param memoryOfSession charged for the buffers that messages pin */
    ReplayBuffer(SessionMemory memoryOfSession) {
        this.memoryOfSession = memoryOfSession;
    }

    /**
     * Appends a message, which gets the next number.
     *
     * @param control whether it was admitted without room
     * @param position bytes written to the present link before the message
     */
    void add(Slice message, boolean control, long now, long position) {
        Entry entry = new Entry(message, control, now, position);
        entries.add(entry);
        bytes += message.length();
        if (control) {
            keepControl(entry.size());
        } else {
            keepData(entry.size());
        }
    }

    private void keepData(long size) {
        memory += size;
        memoryOfSession.keep(Backlog.UNACKNOWLEDGED, size);
    }

    private void keepControl(long size) {
        controlMemory += size;
        memoryOfSession.keep(Backlog.CONTROL, size);
    }

    /** Messages that the peer has acknowledged. */
    long acknowledged() {
        return acknowledged;
    }

    /** Bytes of the messages in the buffer. */
    long bytes() {
        return bytes;
    }

    /** Bytes of the buffers that the data among these messages pins. */
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
        long data = 0;
        long control = 0;
        while (removed < Math.min(acknowledged, written)) {
            Entry entry = entries.remove();
            removed++;
            length += entry.message.length();
            data += entry.control ? 0 : entry.size();
            control += entry.control ? entry.size() : 0;
            sentAt = entry.sentAt;
            confirmed = Math.max(confirmed, entry.position);
            entry.message.release();
        }
        delivered += length;
        bytes -= length;
        if (data > 0) {
            keepData(-data);
        }
        if (control > 0) {
            keepControl(-control);
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
        bytes = 0;
        keepData(-memory);
        keepControl(-controlMemory);
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
