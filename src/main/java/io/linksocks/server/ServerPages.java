package io.linksocks.server;

import io.linksocks.http.Response;
import io.linksocks.http.Route;
import java.util.ArrayList;
import java.util.List;

/** What the WebSocket port answers to ordinary HTTP requests. */
final class ServerPages {
    private final TokenRegistry tokens;
    private final AccessConfig access;
    private final ServerWatch watch;
    private final Gatekeeper gatekeeper;
    private final String apiKey;

    /** @param apiKey null when there is no API */
    ServerPages(TokenRegistry tokens, AccessConfig access, ServerWatch watch, Gatekeeper gatekeeper, String apiKey) {
        this.tokens = tokens;
        this.access = access;
        this.watch = watch;
        this.gatekeeper = gatekeeper;
        this.apiKey = apiKey;
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.add(Route.exact("GET", "/", request -> welcome()));
        routes.addAll(watch.openRoutes());
        if (apiKey != null) {
            ApiGate gate = new ApiGate(apiKey, gatekeeper);
            TokenApi api = new TokenApi(tokens);
            routes.addAll(watch.guardedRoutes(gate));
            AccessApi accessApi = new AccessApi(access);
            routes.add(Route.exact("GET", AccessApi.PATH, gate.guard(accessApi::show)));
            routes.add(Route.exact("PUT", AccessApi.PATH, gate.guard(accessApi::change)));
            routes.add(Route.exact("POST", "/api/token", gate.guard(api::add)));
            routes.add(Route.exact("DELETE", "/api/token", gate.guard(api::removeByBody)));
            routes.add(Route.prefix("DELETE", TokenApi.PATH_OF_ONE, gate.guard(api::removeByPath)));
            routes.addAll(DashboardPages.routes());
        }
        return routes;
    }

    private Response welcome() {
        return Response.text(200, "LinkSocks server is running: a SOCKS5 proxy through a WebSocket on this port.\n"
                + (apiKey == null ? "" : "API endpoints available at /api/*\nDashboard at /dashboard\n"));
    }
}
