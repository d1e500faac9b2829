package io.linksocks.session;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Slice;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbered messages that were sent and not acknowledged (docs/protocol-extensions.md, section 3). A message that is being
 * written stays here whatever the peer claims to have received, for its array is still read. Guarded by {@link ReliableSender}.
 */
final class ReplayBuffer {
    private static final class Entry {
        final Slice message;
        /** 0 after a retransmission, whose round trip can't be told (Karn's algorithm). */
        long sentAt;

        Entry(Slice message, long sentAt) {
            this.message = message;
            this.sentAt = sentAt;
        }
    }

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    /** Numbers of the last message that was forgotten, that was written whole, and that the peer has acknowledged. */
    private long forgotten;
    private long written;
    private long acknowledged;
    private long bytes;
    private long memory;

    /** Numbers a message and keeps it. */
    void add(Slice message, long now) {
        entries.add(new Entry(message, now));
        bytes += message.length();
        memory += message.array().length;
    }

    /** How many messages the peer has, as far as it has said. */
    long acknowledged() {
        return acknowledged;
    }

    /** Bytes of the messages that are kept. */
    long bytes() {
        return bytes;
    }

    /** Bytes that these hold on to. */
    long memory() {
        return memory;
    }

    /** Whether a peer can have received this many, and has not said before that it has more. */
    boolean isPlausible(long received) {
        return received >= acknowledged && hasSent(received);
    }

    boolean hasSent(long messages) {
        return messages <= forgotten + entries.size();
    }

    /** The oldest message that was not yet written to the present link is now. */
    void written() {
        written++;
        forget();
    }

    /**
     * Takes note of how many messages the peer has. It may have said more already: an acknowledgement that waited for its
     * turn while the link was replaced comes behind what the peers told each other then.
     *
     * @return when the newest of those that are forgotten now was sent; 0 when that tells nothing
     */
    long acknowledge(long received) {
        acknowledged = Math.max(acknowledged, received);
        return forget();
    }

    private long forget() {
        long sentAt = 0;
        while (forgotten < Math.min(acknowledged, written)) {
            Entry entry = entries.remove();
            forgotten++;
            bytes -= entry.message.length();
            memory -= entry.message.array().length;
            sentAt = entry.sentAt;
            BufferPool.release(entry.message.array());
        }
        return sentAt;
    }

    /** The peer has told on a new link how many messages it has; nothing is being written to the old one any more. */
    void confirm(long received) {
        written = received;
        acknowledge(received);
    }

    /** Nothing will be written again. */
    void drop() {
        forgotten += entries.size();
        entries.clear();
        bytes = 0;
        memory = 0;
    }

    /** All that must be written to the new link, in order. */
    List<Slice> rewind() {
        List<Slice> messages = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            entry.sentAt = 0;
            messages.add(entry.message);
        }
        return messages;
    }
}
