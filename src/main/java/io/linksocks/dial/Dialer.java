package io.linksocks.dial;

import io.linksocks.util.Endpoint;
import io.linksocks.util.NameLookup;
import io.linksocks.util.Race;
import io.linksocks.util.Sockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

/** Connects to targets, directly or through a proxy. */
public interface Dialer {
    /** How long a target may take to answer, including the look-up. */
    Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /**
     * Connects within the timeout, which includes the look-up and the handshake with a proxy. Ends early when the thread, which
     * is virtual, is interrupted.
     *
     * @throws IOException whose message names the target and what went wrong
     */
    Socket connect(Endpoint target, Duration timeout) throws IOException;

    /**
     * Connects to the first address of a target that answers; nothing is looked up.
     *
     * @param addresses at least one, in order of preference
     */
    default Socket connect(Endpoint target, List<InetAddress> addresses, Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        return Race.first(Race.interleave(addresses), address -> connect(Endpoint.of(address, target.port()),
                Duration.ofNanos(deadline - System.nanoTime())), Sockets::close);
    }

    /** Returns a dialer for one client, whose look-ups don't wait for those of others. */
    default Dialer resolvingBy(NameLookup names) {
        return this;
    }

    /**
     * Opens a path for datagrams to any number of targets.
     *
     * @throws IOException whose message says why there is none
     */
    DatagramPath openDatagramPath(Duration timeout) throws IOException;
}
