package io.linksocks.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** Takes over connections on which the client asked for the WebSocket protocol. */
@FunctionalInterface
public interface UpgradeHandler {
    /**
     * Owns the connection until it returns, on the connection's own virtual thread; the server closes it afterwards.
     *
     * @param in  holds whatever the client sent behind its request; no time limit is set any more
     * @param out unbuffered
     * @throws HttpException before anything was written, to refuse the upgrade with an ordinary answer
     * @throws IOException   when the connection broke
     */
    void upgrade(RequestHead head, Socket socket, InputStream in, OutputStream out) throws IOException;
}
