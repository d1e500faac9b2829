package io.linksocks.websocket;

import io.linksocks.util.Endpoint;
import io.linksocks.util.NameLookup;
import io.linksocks.util.Race;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Finds the address of a host that takes connections, for code that dials one address only, as the JDK's HTTP client does. A
 * host with one address is not probed.
 */
final class AddressProbe {
    private final NameLookup names;

    AddressProbe(NameLookup names) {
        this.names = names;
    }

    /**
     * Returns the first address to accept a connection, which is closed again; blocks.
     *
     * @throws IOException when the host has no address, or none that accepts
     */
    InetSocketAddress find(Endpoint host, Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        InetAddress[] addresses = names.resolve(host, timeout);
        InetAddress reached = addresses.length == 1 ? addresses[0] : Race.first(Race.interleave(List.of(addresses)),
                address -> probe(new InetSocketAddress(address, host.port()), deadline), address -> {});
        return new InetSocketAddress(reached, host.port());
    }

    private static InetAddress probe(InetSocketAddress address, long deadline) throws IOException {
        try (Socket socket = new Socket(Proxy.NO_PROXY)) {
            long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            socket.connect(address, (int) Math.max(1, millis));
            return address.getAddress();
        }
    }
}
