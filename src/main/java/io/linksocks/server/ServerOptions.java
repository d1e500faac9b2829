package io.linksocks.server;

import io.linksocks.access.AccessPolicy;
import io.linksocks.access.AddressRange;
import io.linksocks.dial.Dialer;
import io.linksocks.protocol.Features;
import io.linksocks.relay.BatchOptions;
import io.linksocks.session.SessionLimits;
import io.linksocks.tls.ServerTls;
import io.linksocks.wire.WireSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The options that {@link LinkSocksServerBuilder} has collected.
 *
 * @param tls           null for plain HTTP
 * @param entry rules for requests of SOCKS clients and connectors
 * @param dial rules for targets that the server dials
 * @param proxyProtocol whether connections of trusted proxies begin with a header of the PROXY protocol
 * @param tokenFile null for none
 * @param stateDirectory folder of what survives a restart; null for none
 * @param metricsByToken whether metrics name tokens
 * @param reusePort whether other processes may listen on the same ports
 * @param nodeDirectory folder where servers of this host find each other; null for none
 * @param cluster null for none
 * @param metrics address of the metrics port; null for none
 */
record ServerOptions(String host, int port, ServerTls.Source tls, int maxConnections, int maxClients,
        int maxChannels, WireSettings wire, Dialer dialer, String socksHost, boolean socksNoWait, boolean fastOpen,
        String apiKey, Duration connectorWaitProvider,
        AccessPolicy entry, AccessPolicy dial, List<AddressRange> trustedProxies, boolean proxyProtocol, Path tokenFile,
        Path stateDirectory, boolean metricsByToken, InetSocketAddress metrics, boolean reusePort, Path nodeDirectory,
        ClusterSettings cluster, ServerListener listener) {
    SessionLimits session() {
        return SessionLimits.DEFAULT.withChannels(maxChannels).withHalfClosed(wire.halfClosedTimeout());
    }

    BatchOptions batch() {
        return BatchOptions.of(wire);
    }

    Features features() {
        return Features.wanted(wire);
    }

    /** How long sessions wait to resume, and the connector tokens of a provider for its reconnect. */
    Duration resumeTimeout() {
        return wire.resumeTimeout();
    }
}
