package io.linksocks.session;

import io.linksocks.protocol.Message;
import io.linksocks.protocol.Slice;
import java.io.IOException;

/** The side of the {@link Multiplexer} that its channels see. */
interface ChannelHost {
    SessionSettings settings();

    /** The address of the peer, for logs. */
    String peer();

    /**
     * Sends a control message; blocks while the link is busy.
     *
     * @throws IOException when the session has ended, or its only link has
     */
    void send(Message message) throws IOException;

    /**
     * Sends an encoded Data message, which the sender owns from now on; blocks while the link is busy or the congestion
     * window is full.
     *
     * @throws IOException when the session has ended, or its only link has
     */
    void sendData(Slice message) throws IOException;

    /** Like {@link #sendData}, but returns false instead of waiting; the message is the caller's then. Never blocks. */
    boolean trySendData(Slice message) throws ChannelException;

    /** Queues a message and returns at once; for threads that must not block. */
    void post(Message message);

    /** Like {@link #post}, but without the queue while the link is free; for messages that none of the channel follows. */
    default void sendSoon(Message message) {
        if (!trySend(message)) {
            post(message);
        }
    }

    /** Sends a control message if the link is free; never blocks. Returns true also when nothing can be sent any more. */
    boolean trySend(Message message);

    /** Whether other senders wait for the link. */
    boolean isCrowded();

    /** Whether the link drains faster than 64 MiB/s. */
    boolean isFast();

    /** The smoothed RTT of messages in nanoseconds; 0 while unknown. */
    long smoothedRtt();

    /** The smoothed RTT, or that of the latest ping if it is longer; in nanoseconds, 0 while unknown. */
    long rtt();

    /** Called when the acceptor confirms or refuses a channel for the first time. */
    void onAnswered();

    /** Called when a channel has closed, perhaps more than once. */
    void onClosed(Channel channel);
}
