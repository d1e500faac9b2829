package io.linksocks.server;

import io.linksocks.http.Response;
import io.linksocks.http.Route;
import java.util.ArrayList;
import java.util.List;

/** What the WebSocket port answers to ordinary HTTP requests. */
final class ServerPages {
    private final TokenRegistry tokens;
    private final String apiKey;

    /** @param apiKey null when there is no API */
    ServerPages(TokenRegistry tokens, String apiKey) {
        this.tokens = tokens;
        this.apiKey = apiKey;
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.add(Route.exact("GET", "/", request -> welcome()));
        routes.add(Route.exact("GET", "/healthz", request -> Response.text(200, "ok\n")));
        if (apiKey != null) {
            ApiGate gate = new ApiGate(apiKey);
            TokenApi api = new TokenApi(tokens);
            routes.add(Route.exact("GET", "/api/status", gate.guard(new StatusApi(tokens))));
            routes.add(Route.exact("POST", "/api/token", gate.guard(api::add)));
            routes.add(Route.exact("DELETE", "/api/token", gate.guard(api::removeByBody)));
            routes.add(Route.prefix("DELETE", TokenApi.PATH_OF_ONE, gate.guard(api::removeByPath)));
        }
        return routes;
    }

    private Response welcome() {
        return Response.text(200, "LinkSocks server is running: a SOCKS5 proxy through a WebSocket on this port.\n"
                + (apiKey == null ? "" : "API endpoints available at /api/*\n"));
    }
}
