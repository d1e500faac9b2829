package io.linksocks.server;

import io.linksocks.protocol.Features;
import io.linksocks.relay.BatchOptions;
import io.linksocks.relay.Dialer;
import io.linksocks.session.SessionLimits;
import java.time.Duration;

/**
 * What {@link LinkSocksServerBuilder} collects.
 *
 * @param resumeTimeout how long sessions wait for another link, and the connector tokens of a provider for its return
 */
record ServerOptions(String host, int port, int maxConnections, SessionLimits session, BatchOptions batch,
        Dialer dialer, Features features, Duration resumeTimeout, String socksHost, boolean socksNoWait, boolean fastOpen,
        String apiKey, Duration connectorWaitProvider, ServerListener listener) {}
