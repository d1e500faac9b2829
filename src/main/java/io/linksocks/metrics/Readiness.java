package io.linksocks.metrics;

import io.linksocks.http.Request;
import io.linksocks.http.Response;
import io.linksocks.http.Route;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code /healthz}, whether the process is alive, and {@code /readyz}, whether it can do its work just now. */
public final class Readiness {
    private final Supplier<Optional<String>> obstacle;

    /** @param obstacle why it can't do its work, if so */
    public Readiness(Supplier<Optional<String>> obstacle) {
        this.obstacle = obstacle;
    }

    /** For anybody: they tell neither secrets nor numbers. */
    public List<Route> routes() {
        return List.of(
                Route.exact("GET", "/healthz", request -> Response.text(200, "ok\n")),
                Route.exact("GET", "/readyz", this::ready));
    }

    private Response ready(Request request) {
        return obstacle.get().map(reason -> Response.text(503, reason + "\n"))
                .orElseGet(() -> Response.text(200, "ready\n"));
    }
}
