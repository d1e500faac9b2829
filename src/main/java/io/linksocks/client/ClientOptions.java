package io.linksocks.client;

import io.linksocks.access.AccessPolicy;
import io.linksocks.dial.Dialer;
import io.linksocks.protocol.Features;
import io.linksocks.proxy.PortForward;
import io.linksocks.relay.BatchOptions;
import io.linksocks.seal.SealedToken;
import io.linksocks.session.SessionLimits;
import io.linksocks.socks.SocksCredentials;
import io.linksocks.wire.WireSettings;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * The options of {@link LinkSocksClientBuilder}.
 *
 * @param login the token, and the secret that seals channels
 * @param socks whether to open a SOCKS5 port
 * @param socksCredentials null for none
 * @param metrics the port for metrics; null for none
 */
record ClientOptions(ServerReach reach, SealedToken login, boolean provider, List<SealedToken> connectorTokens, boolean socks,
        String socksHost, int socksPort, SocksCredentials socksCredentials, boolean socksNoWait, boolean fastOpen, Dialer dialer,
        WireSettings wire, int maxConnections, AccessPolicy access, List<PortForward> forwards, InetSocketAddress metrics,
        ClientListener listener) {
    /** The token that the server gets. */
    String token() {
        return login.token();
    }

    BatchOptions batch() {
        return BatchOptions.of(wire);
    }

    Features features() {
        return Features.wanted(wire);
    }

    SessionLimits limits() {
        return SessionLimits.DEFAULT.withHalfClosed(wire.halfClosedTimeout());
    }

    /** The same without local ports, and with another listener. */
    ClientOptions forCheck(ClientListener other) {
        return new ClientOptions(reach.once(), login, provider, connectorTokens, false, socksHost, socksPort, socksCredentials,
                false, fastOpen, dialer, wire, maxConnections, access, List.of(), null, other);
    }
}
