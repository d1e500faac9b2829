package io.linksocks.http;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the route for a request; the first match wins. */
final class Routes {
    /** Answered for every known path (RFC 9110, section 9.3.7); HAProxy uses it for health checks. */
    private static final String OPTIONS = "OPTIONS";
    private static final String WHOLE_SERVER = "*";

    private final List<Route> routes;

    Routes(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    boolean know(String path) {
        return routes.stream().anyMatch(route -> route.matchesPath(path));
    }

    Response answer(Request request) throws IOException {
        String path = request.head().path();
        if (request.head().method().equals(OPTIONS) && (path.equals(WHOLE_SERVER) || know(path))) {
            return Response.text(200, "").with("Allow", methods(path));
        }
        for (Route route : routes) {
            if (route.matchesPath(path) && route.matchesMethod(request.head().method())) {
                return route.handler().handle(request);
            }
        }
        throw know(path) ? wrongMethod(path) : new HttpException(404, "not found");
    }

    /** The response must name the allowed methods (RFC 9110, section 15.5.6). */
    private HttpException wrongMethod(String path) {
        String reason = "method not allowed";
        return new HttpException(Response.text(405, reason + "\n").with("Allow", methods(path)), reason);
    }

    private String methods(String path) {
        return Stream.concat(routes.stream().filter(route -> path.equals(WHOLE_SERVER) || route.matchesPath(path))
                .map(Route::method), Stream.of(OPTIONS)).distinct().collect(Collectors.joining(", "));
    }
}
