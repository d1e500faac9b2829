package io.linksocks.server;

import io.linksocks.access.AccessPolicy;
import io.linksocks.access.AddressRange;
import io.linksocks.dial.Dialer;
import io.linksocks.protocol.Features;
import io.linksocks.relay.BatchOptions;
import io.linksocks.session.SessionLimits;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What {@link LinkSocksServerBuilder} collects.
 *
 * @param certificate   file to serve TLS with; null for plain HTTP
 * @param key           file with its private key
 * @param resumeTimeout how long sessions wait for another link, and the connector tokens of a provider for its return
 * @param entry what SOCKS clients and connectors may ask for
 * @param dial what the server connects to for clients
 * @param tokenFile null when there is none
 * @param metrics a port of its own for them; null when there is none
 */
record ServerOptions(String host, int port, Path certificate, Path key, int maxConnections, int maxClients,
        SessionLimits session, BatchOptions batch, Dialer dialer, Features features, Duration resumeTimeout,
        String socksHost, boolean socksNoWait, boolean fastOpen, String apiKey, Duration connectorWaitProvider,
        AccessPolicy entry, AccessPolicy dial, List<AddressRange> trustedProxies, Path tokenFile,
        InetSocketAddress metrics, ServerListener listener) {}
