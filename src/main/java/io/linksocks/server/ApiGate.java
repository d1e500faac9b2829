package io.linksocks.server;

import io.linksocks.http.HttpException;
import io.linksocks.http.Route;
import io.linksocks.protocol.TokenHash;

/** Lets only requests with the right key reach the HTTP API. */
final class ApiGate {
    private static final String HEADER = "X-API-Key";

    private final String keyHash;
    private final Gatekeeper gatekeeper;

    ApiGate(String key, Gatekeeper gatekeeper) {
        this.gatekeeper = gatekeeper;
        this.keyHash = TokenHash.of(key);
    }

    /** The hashes are compared, whose length tells nothing, in a time that tells nothing either. */
    Route.Handler guard(Route.Handler handler) {
        return request -> {
            Visitor visitor;
            try {
                visitor = gatekeeper.identify(request.head(), request.remote());
            } catch (HttpException e) {
                return ApiAnswer.failure(e.status(), e.getMessage());
            }
            String offered = request.head().header(HEADER);
            boolean right = offered != null && TokenHash.matches(keyHash, TokenHash.of(offered));
            if (!right) {
                gatekeeper.onFailure(visitor);
                return ApiAnswer.failure(401, "invalid API key");
            }
            return handler.handle(request);
        };
    }
}
