package io.linksocks.server;

import io.linksocks.protocol.Features;
import io.linksocks.relay.BatchOptions;
import io.linksocks.session.SessionLimits;
import java.time.Duration;

/** What {@link LinkSocksServer.Builder} collects. */
record ServerOptions(String host, int port, int maxConnections, SessionLimits session, BatchOptions batch,
        Features features, Duration resumeTimeout) {}
