package io.linksocks.session;

import io.linksocks.protocol.Message;

/** Gets the messages of a session that concern no channel. */
@FunctionalInterface
public interface SessionObserver {
    /** Called on the session's reader thread; must not block. */
    void onMessage(Message message);
}
