package io.linksocks.websocket;

import io.linksocks.protocol.Slice;

/** What a peer sent: a whole message or a control frame. */
sealed interface FrameEvent {
    /**
     * A binary message, put together.
     *
     * @param data has {@code MessageWriter.HEADROOM} free bytes in front and belongs to the receiver
     */
    record Message(Slice data) implements FrameEvent {}

    /** To be answered with a Pong of the same payload. */
    record Ping(byte[] payload) implements FrameEvent {}

    /** Answers a Ping, or comes unasked. */
    record Pong(byte[] payload) implements FrameEvent {}

    /** The last frame of a peer; the code is {@link CloseCode#NO_STATUS} when it has none. */
    record Close(int code, String reason) implements FrameEvent {}
}
