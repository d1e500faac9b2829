package io.linksocks.relay;

import java.io.IOException;

/** What a client of a local port speaks. */
interface LocalProtocol {
    /**
     * Talks to the client until its connection is over.
     *
     * @return whether a relay owns the socket now; otherwise it is still to be closed
     */
    boolean serve() throws IOException;
}
