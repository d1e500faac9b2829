package io.linksocks.server;

import io.linksocks.protocol.Message;
import io.linksocks.session.ChannelAcceptor;
import io.linksocks.session.Session;

/** What one peer may do in its session, fixed by authentication (docs/protocol.md, roles). */
interface Role extends ChannelAcceptor {
    /** Puts the session where others find it, before any message comes; false when its token was removed meanwhile. */
    boolean join(Session session);

    /** The session is over. */
    void leave(Session session);

    /** The session goes on with another link. */
    default void onResumed() {}

    /** Takes a message that concerns no channel; false when it means nothing from such a peer. Must not block. */
    default boolean take(Message message) {
        return false;
    }
}
