package io.linksocks.dial;

import io.linksocks.util.Histogram;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what was refused or failed at the sockets of a server or client. */
public final class RelayCounters {
    /** Connections that the access rules refused. */
    public final LongAdder refusedTargets = new LongAdder();
    /** Datagrams that the access rules refused. */
    public final LongAdder refusedDatagrams = new LongAdder();
    /** Connections to SOCKS ports above their limit. */
    public final LongAdder refusedConnections = new LongAdder();
    /** Clients of SOCKS ports with a malformed request, without the right password, or that took too long. */
    public final LongAdder failedHandshakes = new LongAdder();
    /** The time it took to reach targets. */
    public final Histogram dials = new Histogram();
    /** Targets that could not be reached. */
    private final Map<DialError, LongAdder> dialErrors = new EnumMap<>(DialError.class);

    public RelayCounters() {
        for (DialError kind : DialError.values()) {
            dialErrors.put(kind, new LongAdder());
        }
    }

    public void onDialError(IOException failure) {
        dialErrors.get(DialError.of(failure)).increment();
    }

    /** How many targets could not be reached, for this reason. */
    public long dialErrors(DialError kind) {
        return dialErrors.get(kind).sum();
    }
}
