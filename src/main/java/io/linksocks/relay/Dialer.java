package io.linksocks.relay;

import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;

/** The dialling side's way to targets: itself or through a proxy. */
public interface Dialer {
    /**
     * Connects within the timeout; look-up and what a proxy has to be told are part of it.
     *
     * @throws IOException whose message names the target and what went wrong
     */
    Socket connect(Endpoint target, Duration timeout) throws IOException;

    /**
     * Opens a way for datagrams to any number of targets.
     *
     * @throws IOException whose message says why there is none
     */
    DatagramPath openDatagramPath(Duration timeout) throws IOException;
}
