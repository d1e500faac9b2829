package io.linksocks.relay;

import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;

/** Opens TCP connections to targets. */
public interface Dialer {
    /**
     * Connects within the timeout, look-up included.
     *
     * @throws IOException whose message names the target and what went wrong
     */
    Socket connect(Endpoint target, Duration timeout) throws IOException;
}
