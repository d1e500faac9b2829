package io.linksocks.metrics;

import io.linksocks.http.Response;
import io.linksocks.http.Route;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code /healthz}, whether the process is alive, and {@code /readyz}, whether it can serve. */
public final class Readiness {
    private Readiness() {}

    /**
     * Routes that need no key: they reveal neither secrets nor numbers.
     *
     * @param obstacle why the process can't serve, if so
     */
    public static List<Route> routes(Supplier<Optional<String>> obstacle) {
        return List.of(
                Route.exact("GET", "/healthz", request -> Response.text(200, "ok\n")),
                Route.exact("GET", "/readyz", request -> ready(obstacle.get())));
    }

    private static Response ready(Optional<String> obstacle) {
        return obstacle.map(reason -> Response.text(503, reason + "\n"))
                .orElseGet(() -> Response.text(200, "ready\n"));
    }
}
