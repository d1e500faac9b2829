package io.linksocks.session;

import io.linksocks.protocol.Message;

/** Hears of what concerns a whole session. Called on threads of the session, so it must not block. */
@FunctionalInterface
public interface SessionObserver {
    /** A message came that concerns no channel. */
    void onMessage(Message message);

    /** The session goes on with another link. */
    default void onResumed() {}

    /** The session is over, and so are all its channels. */
    default void onEnd(String reason) {}
}
