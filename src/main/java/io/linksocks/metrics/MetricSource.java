package io.linksocks.metrics;

/** Knows some metrics. */
@FunctionalInterface
public interface MetricSource {
    /** Writes them as they are now. */
    void write(OpenMetrics out);
}
