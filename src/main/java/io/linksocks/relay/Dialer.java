package io.linksocks.relay;

import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

/** The dialling side's way to targets: itself or through a proxy. */
public interface Dialer {
    /**
     * Connects within the timeout; look-up and what a proxy has to be told are part of it.
     *
     * @throws IOException whose message names the target and what went wrong
     */
    Socket connect(Endpoint target, Duration timeout) throws IOException;

    /**
     * Connects to one of the addresses that were found for a target and checked; nothing is looked up.
     *
     * @param addresses at least one, in order of preference
     */
    default Socket connect(Endpoint target, List<InetAddress> addresses, Duration timeout) throws IOException {
        return connect(Endpoint.of(addresses.get(0), target.port()), timeout);
    }

    /**
     * Opens a way for datagrams to any number of targets.
     *
     * @throws IOException whose message says why there is none
     */
    DatagramPath openDatagramPath(Duration timeout) throws IOException;
}
