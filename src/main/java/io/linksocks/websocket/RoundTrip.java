package io.linksocks.websocket;

import java.nio.ByteBuffer;

/** Measures the round-trip time with pings that carry a timestamp. Thread-safe. */
final class RoundTrip {
    /** The timestamp of the last ping while it is unanswered; otherwise 0. */
    private volatile long sent;
    private volatile long nanos;

    /** The payload of a ping to send now. */
    byte[] ping() {
        long now = System.nanoTime();
        sent = now;
        return ByteBuffer.allocate(Long.BYTES).putLong(now).array();
    }

    /** Processes the payload of a pong; ignores all but the response to the last ping. */
    void pong(ByteBuffer payload) {
        long time = sent;
        if (time != 0 && payload.remaining() == Long.BYTES && payload.getLong(payload.position()) == time) {
            sent = 0;
            nanos = Math.max(1, System.nanoTime() - time);
        }
    }

    /** The last measured round-trip time in nanoseconds; 0 before the first. */
    long nanos() {
        return nanos;
    }
}
