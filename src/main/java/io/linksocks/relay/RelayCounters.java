package io.linksocks.relay;

import java.util.concurrent.atomic.LongAdder;

/** What was turned away at the sockets of a server or a client so far. */
public final class RelayCounters {
    /** Connections that the access rules refused. */
    public final LongAdder refusedTargets = new LongAdder();
    /** Datagrams that the access rules refused. */
    public final LongAdder refusedDatagrams = new LongAdder();
    /** Connections to SOCKS ports above their limit. */
    public final LongAdder refusedConnections = new LongAdder();
    /** SOCKS clients that asked wrongly, had no password or the wrong one, or took too long. */
    public final LongAdder failedHandshakes = new LongAdder();
}
