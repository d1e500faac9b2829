package io.linksocks.metrics;

import io.linksocks.http.Response;
import io.linksocks.http.Route;
import java.util.List;
import java.util.Optional;

/** {@code /healthz}, whether the process is alive, and {@code /readyz}, whether it can serve. */
public final class Readiness {
    private Readiness() {}

    /** What a process says about itself. */
    @FunctionalInterface
    public interface Check {
        /** Why the process can't serve, if so. */
        Optional<String> obstacle();

        /** What is wrong with a process that serves, if so. */
        default Optional<String> warning() {
            return Optional.empty();
        }
    }

    /** Routes that need no key: they reveal no secrets. */
    public static List<Route> routes(Check check) {
        return List.of(
                Route.exact("GET", "/healthz", request -> Response.text(200, "ok\n")),
                Route.exact("GET", "/readyz", request -> ready(check)));
    }

    private static Response ready(Check check) {
        return check.obstacle().map(reason -> Response.text(503, reason + "\n")).orElseGet(() ->
                Response.text(200, "ready" + check.warning().map(warning -> "; " + warning).orElse("") + "\n"));
    }
}
