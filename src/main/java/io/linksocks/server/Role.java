package io.linksocks.server;

import io.linksocks.protocol.Message;
import io.linksocks.session.ChannelAcceptor;
import io.linksocks.session.Session;
import java.util.Map;
import java.util.UUID;

/** The role of a peer in its session, fixed by authentication (docs/protocol.md, roles). */
interface Role extends ChannelAcceptor {
    /** Registers the session before its first message; false when its token has been removed. */
    boolean join(Session session);

    /** The session has ended. */
    void leave(Session session);

    /** The session has resumed on another link. */
    default void onResumed() {}

    /** The channels of a connector by those of providers to which they are spliced. */
    default Map<UUID, UUID> splices() {
        return Map.of();
    }

    /** Handles a message that concerns no channel; false when this role does not accept it. Must not block. */
    default boolean take(Message message) {
        return false;
    }
}
