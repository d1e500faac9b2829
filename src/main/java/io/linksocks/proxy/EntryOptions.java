package io.linksocks.proxy;

import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.RelayCounters;
import io.linksocks.relay.BatchOptions;
import io.linksocks.seal.Secret;
import io.linksocks.socks.SocksCredentials;
import java.time.Duration;
import java.util.List;

/**
 * The options of local ports.
 *
 * @param credentials what clients must present at the SOCKS port; null for none
 * @param fastOpen whether to answer clients before the target is connected
 * @param maxConnections the limit of concurrent connections to each port
 * @param guard decides which destinations clients may ask for
 * @param counters of refused clients and destinations
 * @param forwards the ports besides the SOCKS port
 * @param reusePort whether other processes may listen on the same ports
 * @param secret seals the channels; null for none
 * @param handshakeLimit for the whole SOCKS handshake of a client (docs/security.md, limits)
 * @param sessionTimeout how long a request waits for a session (docs/protocol.md, implementation-defined behaviour)
 */
public record EntryOptions(SocksCredentials credentials, boolean fastOpen, BatchOptions batch, int maxConnections,
        DestinationGuard guard, RelayCounters counters, List<PortForward> forwards, boolean reusePort, Secret secret,
        Duration handshakeLimit, Duration sessionTimeout) {
    /** The default session timeout. */
    public static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(15);

    public EntryOptions(SocksCredentials credentials, boolean fastOpen, BatchOptions batch, int maxConnections,
            DestinationGuard guard, RelayCounters counters, List<PortForward> forwards, boolean reusePort, Secret secret) {
        this(credentials, fastOpen, batch, maxConnections, guard, counters, forwards, reusePort, secret, HANDSHAKE_LIMIT,
                SESSION_TIMEOUT);
    }

    /** Options of ports whose channels are not sealed. */
    public EntryOptions(SocksCredentials credentials, boolean fastOpen, BatchOptions batch, int maxConnections,
            DestinationGuard guard, RelayCounters counters, List<PortForward> forwards, boolean reusePort) {
        this(credentials, fastOpen, batch, maxConnections, guard, counters, forwards, reusePort, null);
    }

    EntryOptions withTimeouts(Duration handshake, Duration session) {
        return new EntryOptions(credentials, fastOpen, batch, maxConnections, guard, counters, forwards, reusePort, secret,
                handshake, session);
    }
}
