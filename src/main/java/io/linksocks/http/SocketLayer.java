package io.linksocks.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/** What lies between the connection and HTTP, such as TLS. */
@FunctionalInterface
public interface SocketLayer {
    /** HTTP right on the connection. */
    SocketLayer NONE = (connection, consumed) -> connection;

    /**
     * Wraps a connection on its own thread; whatever it reads has to arrive within the time limit of a request head.
     *
     * @param consumed what was already read from it
     * @return whose end also ends the connection
     */
    Socket wrap(Socket connection, InputStream consumed) throws IOException;
}
