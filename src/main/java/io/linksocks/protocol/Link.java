package io.linksocks.protocol;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * An ordered, reliable transport of binary messages between two peers: a WebSocket without its frames.
 *
 * <p>One thread receives, any thread may send; {@link #abort} wakes both.
 */
public interface Link {
    /** The longest message in bytes, and the longest that compressed data may inflate to (docs/protocol.md). */
    int MESSAGE_LIMIT = 32 << 20;

    /**
     * Sends one message and returns when its bytes may be reused. The {@link MessageWriter#HEADROOM} bytes in front of it
     * may be overwritten; the message itself is left as it is. An interrupt of the thread may end the link.
     *
     * @throws IOException when the link is broken or closed
     */
    void send(Slice message) throws IOException;

    /** Bytes written so far, each write with what it takes in the system's send buffer besides its own length. */
    default long written() {
        return 0;
    }

    /**
     * Whether {@link #start} would not block, if nobody else sends.
     *
     * @param unconfirmed of the bytes written, those that the peer may not have received yet
     */
    default boolean isReady(long unconfirmed, int length) {
        return false;
    }

    /** Like {@link #send} on a {@linkplain #isReady ready} link, but returns at once. Completed when the bytes may be reused. */
    default CompletableFuture<?> start(Slice message) {
        try {
            send(message);
            return CompletableFuture.completedFuture(null);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Waits for the next message.
     *
     * @return the message with at least {@link MessageWriter#HEADROOM} free bytes in front, or null after an orderly close
     * @throws IOException when the link broke or the peer violated the protocol
     */
    Slice receive() throws IOException;

    /** A receiver of messages. */
    @FunctionalInterface
    interface Receiver {
        /** Takes a message; returns false to stop. Must not wait for the effect of a later message. */
        boolean take(Slice message) throws IOException;
    }

    /**
     * Passes all further messages to the receiver on the thread that reads them, and returns after an orderly close or when the
     * receiver returns false. Unlike {@link #receive}, wakes no other thread for each message.
     *
     * @throws IOException when the link broke, the peer violated the protocol or the receiver failed
     */
    default void receiveAll(Receiver receiver) throws IOException {
        receiveEach(receiver);
    }

    /** Like {@link #receiveAll}, but calls the receiver on the current thread, which it may block. */
    default void receiveEach(Receiver receiver) throws IOException {
        Slice message = receive();
        while (message != null && receiver.take(message)) {
            message = receive();
        }
    }

    /** Sends a ping without waiting for the pong. Fails silently on a broken link, which {@link #receive} reports. */
    void ping();

    /** When data last arrived from the peer, on the {@link System#nanoTime} scale. */
    long lastHeard();

    /** The last measured ping round trip in nanoseconds; 0 before the first. */
    long roundTrip();

    /** Closes the link with an RFC 6455 close code; waits at most a second for the peer's Close. */
    void close(int code, String reason);

    /** Closes the connection at once, without a Close frame. */
    void abort();

    /** Address of the peer for logs, {@code host:port}. */
    String peer();
}
