package io.linksocks.relay;

import io.linksocks.session.ChannelException;
import io.linksocks.session.Session;
import java.time.Duration;

/** Where the side with the SOCKS port finds a session whose peer dials. */
@FunctionalInterface
public interface Uplink {
    /** Sessions that a new connection tries when they fail under it; when so many fail, it is not for want of another. */
    int ATTEMPTS = 4;

    /**
     * The session for the next connection, waited for while there is none.
     *
     * @throws ChannelException when none appeared in time
     */
    Session await(Duration timeout) throws ChannelException;
}
