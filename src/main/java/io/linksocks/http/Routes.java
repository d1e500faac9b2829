package io.linksocks.http;

import java.util.List;
import java.util.stream.Collectors;

/** Finds the route for a request; the first that matches wins. */
final class Routes {
    private final List<Route> routes;

    Routes(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    boolean know(String path) {
        return routes.stream().anyMatch(route -> route.matchesPath(path));
    }

    Response answer(Request request) throws HttpException {
        String path = request.head().path();
        for (Route route : routes) {
            if (route.matchesPath(path) && route.matchesMethod(request.head().method())) {
                return route.handler().handle(request);
            }
        }
        throw know(path) ? wrongMethod(path) : new HttpException(404, "not found");
    }

    /** The answer has to name the right methods (RFC 9110, section 15.5.6). */
    private HttpException wrongMethod(String path) {
        String allowed = routes.stream().filter(route -> route.matchesPath(path)).map(Route::method).distinct()
                .collect(Collectors.joining(", "));
        String reason = "method not allowed";
        return new HttpException(Response.text(405, reason + "\n").with("Allow", allowed), reason);
    }
}
