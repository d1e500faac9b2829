package io.linksocks.simulation;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.session.Channel;
import io.linksocks.session.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One direction of one channel: a stream of bytes that is known from its key, sent in pieces of random length. Arrays are
 * spoilt before they go back to the pool, so that a second owner would notice.
 */
final class Conversation {
    private static final byte SPOILT = (byte) 0xDD;

    private final long key;
    private final int total;
    private final Plan.Traffic traffic;
    /** What the receiver has passed on. */
    private final AtomicLong consumed = new AtomicLong();

    Conversation(long key, int total, Plan.Traffic traffic) {
        this.key = key;
        this.total = total;
        this.traffic = traffic;
    }

    private byte at(long position) {
        long mixed = (key + position) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
        return (byte) (mixed >>> 56);
    }

    // --- sending ---------------------------------------------------------------------------------------------------------

    /**
     * @param bounds what may be on the way, looked at behind every piece
     * @return bytes sent
     */
    long send(Channel channel, Session session, Bounds bounds) throws IOException {
        Random random = new Random(key);
        int stop = traffic.broken() ? random.nextInt(total + 1) : total;
        for (int sent = 0; sent < stop; ) {
            int length = Math.min(1 + random.nextInt(traffic.largest()), stop - sent);
            piece(channel, sent, length);
            sent += length;
            bounds.check(session.replayBytes(), sent - consumed.get(), length);
        }
        if (traffic.broken()) {
            channel.close("broken off");
        } else {
            channel.finish();
        }
        return stop;
    }

    private void piece(Channel channel, int from, int length) throws IOException {
        ByteBuffer buffer = traffic.pooled() ? BufferPool.DIRECT.take() : ByteBuffer.allocate(MessageWriter.DATA_ROOM + length);
        for (int i = 0; i < length; i++) {
            buffer.put(MessageWriter.DATA_ROOM + i, at(from + i));
        }
        channel.send(Compression.NONE, new Slice(buffer, MessageWriter.DATA_ROOM, length));
    }

    // --- receiving -------------------------------------------------------------------------------------------------------

    /** Returns how many bytes came, each of them the right one. */
    long receive(Channel channel) throws IOException {
        long position = 0;
        for (Message.Data data = channel.receive(); data != null; data = channel.receive()) {
            Slice payload = data.payload();
            for (int i = 0; i < payload.length(); i++) {
                if (payload.buffer().get(payload.offset() + i) != at(position + i)) {
                    throw new AssertionError("wrong byte at " + (position + i) + " of " + total);
                }
            }
            position += payload.length();
            for (int i = 0; i < payload.length(); i++) {
                payload.buffer().put(payload.offset() + i, SPOILT);
            }
            payload.release();
            consumed.addAndGet(payload.length());
            channel.consumed(data);
        }
        return position;
    }

    int total() {
        return total;
    }

    boolean isBroken() {
        return traffic.broken();
    }

    /** Memory that one end may take. */
    record Bounds(long replay, long window) {
        void check(long replayBytes, long unread, int piece) {
            if (replayBytes > replay) {
                throw new AssertionError("replay buffer of " + replayBytes + " bytes, at most " + replay);
            }
            if (unread > window + piece) {
                throw new AssertionError(unread + " bytes not consumed, window " + window + ", piece " + piece);
            }
        }
    }
}
