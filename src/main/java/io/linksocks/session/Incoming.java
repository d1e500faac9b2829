package io.linksocks.session;

import io.linksocks.protocol.Message;
import java.time.Duration;

/** What a channel's receiving thread takes messages from. */
interface Incoming {
    /** Waits for the next message; returns null at the end of the stream. */
    Message.Data take() throws ChannelException;

    /** Waits until {@link #take} would not block; returns false on timeout. */
    boolean await(Duration timeout) throws ChannelException;

    /**
     * Returns whether {@link #take} would not block. If it would, registers a callback.
     *
     * @param callback called once when data or the end arrives, by the thread that delivers it
     */
    boolean isReadyOr(Runnable callback);

    /** Whether {@link #take} would block. */
    boolean isQuiet();

    /** The received message that is done with when this one, taken last, was passed on; null while more of it is left. */
    Message.Data source(Message.Data data);
}
