package io.linksocks.relay;

import java.io.Closeable;
import java.io.IOException;

/** Closing, where an error changes nothing any more. */
final class Sockets {
    private Sockets() {}

    static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            System.getLogger(Sockets.class.getName()).log(System.Logger.Level.TRACE, "close", e);
        }
    }
}
