package io.linksocks.util;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;

/** Finds the addresses of a host. */
@FunctionalInterface
public interface NameLookup {
    /**
     * Returns all addresses in order of preference, at least one; blocks.
     *
     * @throws UnknownHostException when the host has none
     * @throws SocketTimeoutException when that is not known in time
     * @throws IOException when the thread is interrupted
     */
    InetAddress[] resolve(Endpoint target, Duration timeout) throws IOException;
}
