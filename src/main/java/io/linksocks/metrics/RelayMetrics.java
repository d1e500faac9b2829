package io.linksocks.metrics;

import io.linksocks.dial.DialError;
import io.linksocks.dial.RelayCounters;
import java.util.Locale;

/** How targets are reached. */
public final class RelayMetrics implements MetricSource {
    private final RelayCounters counters;

    public RelayMetrics(RelayCounters counters) {
        this.counters = counters;
    }

    @Override
    public void write(OpenMetrics out) {
        OpenMetrics.Family errors = out.counter("linksocks_dial_errors", "Targets that were not reached, by reason.");
        for (DialError kind : DialError.values()) {
            errors.with("kind", kind.name().toLowerCase(Locale.ROOT), counters.dialErrors(kind));
        }
        out.histogram("linksocks_dial_seconds", "How long it took to reach those that were.", counters.dials);
    }
}
