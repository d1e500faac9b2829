package io.linksocks.session;

import io.linksocks.protocol.Message;

/** A listener for events of a session. Called on threads of the session, so it must not block. */
@FunctionalInterface
public interface SessionObserver {
    /** Called for a received message that concerns no channel. */
    void onMessage(Message message);

    /** Called when the session was resumed on another link. */
    default void onResumed() {}

    /** Called when the session and all its channels have ended. */
    default void onEnd(String reason) {}
}
