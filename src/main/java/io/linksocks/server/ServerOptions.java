package io.linksocks.server;

import io.linksocks.relay.BatchOptions;
import io.linksocks.session.SessionLimits;

/** What {@link LinkSocksServer.Builder} collects. */
record ServerOptions(String host, int port, int maxConnections, SessionLimits session, BatchOptions batch) {}
