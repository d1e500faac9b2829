package io.linksocks.metrics;

import io.linksocks.http.Request;
import io.linksocks.http.Response;
import io.linksocks.http.Route;
import java.util.List;

/** All metrics of a process, for a program that asks for them from time to time. */
public final class MetricsPage implements Route.Handler {
    public static final String PATH = "/metrics";

    private final List<MetricSource> sources;

    public MetricsPage(List<MetricSource> sources) {
        this.sources = List.copyOf(sources);
    }

    @Override
    public Response handle(Request request) {
        OpenMetrics out = new OpenMetrics();
        sources.forEach(source -> source.write(out));
        return Response.of(200, OpenMetrics.CONTENT_TYPE, out.end());
    }
}
