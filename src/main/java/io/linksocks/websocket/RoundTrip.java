package io.linksocks.websocket;

import java.nio.ByteBuffer;

/** Measures round trips with pings that carry the time; safe for several threads. */
final class RoundTrip {
    /** When the newest unanswered ping left; 0 for none. */
    private volatile long sent;
    private volatile long nanos;

    /** The payload of a ping that leaves now. */
    byte[] ping() {
        long now = System.nanoTime();
        sent = now;
        return ByteBuffer.allocate(Long.BYTES).putLong(now).array();
    }

    /** Takes the payload of a pong; only the answer to the newest ping counts. */
    void pong(ByteBuffer payload) {
        long time = sent;
        if (time != 0 && payload.remaining() == Long.BYTES && payload.getLong(payload.position()) == time) {
            sent = 0;
            nanos = Math.max(1, System.nanoTime() - time);
        }
    }

    /** The last measured time in nanoseconds; 0 before the first. */
    long nanos() {
        return nanos;
    }
}
