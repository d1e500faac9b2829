package io.linksocks.proxy;

import io.linksocks.relay.TcpRelay;
import java.io.IOException;

/** What a client of a local port speaks. */
interface LocalProtocol {
    /**
     * Talks to the client until it has its channel, or its connection is over.
     *
     * @return what has begun and is to run now, and closes the socket; null when the socket is still to be closed
     */
    TcpRelay serve() throws IOException;
}
