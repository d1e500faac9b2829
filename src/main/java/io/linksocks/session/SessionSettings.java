package io.linksocks.session;

import io.linksocks.protocol.Features;
import io.linksocks.protocol.Transport;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Parameters, limits and counters of a session and its channels.
 *
 * @param windowGrowth bytes that all receive windows of the session together may still grow by
 */
record SessionSettings(NegotiatedParameters parameters, SessionLimits limits, SessionCounters counters,
        AtomicLong windowGrowth) {
    SessionSettings(NegotiatedParameters parameters, SessionLimits limits, SessionCounters counters) {
        this(parameters, limits, counters, new AtomicLong(limits.windowGrowth()));
    }

    Features features() {
        return parameters.features();
    }

    /** The initial credit towards the peer. */
    long credit(Transport transport) {
        return hasFlowControl(transport) ? parameters.window() : SendWindow.UNLIMITED;
    }

    /** A receive window of the initial size; null without flow control. */
    ReceiveWindow receiveWindow(Transport transport) {
        return hasFlowControl(transport)
                ? new ReceiveWindow(limits.window(), limits.maxWindow(), windowGrowth, System.nanoTime()) : null;
    }

    private boolean hasFlowControl(Transport transport) {
        return features().flow() && transport == Transport.TCP;
    }
}
