package io.linksocks.server;

import io.linksocks.http.Route;
import io.linksocks.protocol.TokenHash;

/** Lets only requests with the right key reach the HTTP API. */
final class ApiGate {
    private static final String HEADER = "X-API-Key";

    private final String keyHash;

    ApiGate(String key) {
        this.keyHash = TokenHash.of(key);
    }

    /** The hashes are compared, whose length tells nothing, in a time that tells nothing either. */
    Route.Handler guard(Route.Handler handler) {
        return request -> {
            String offered = request.head().header(HEADER);
            boolean right = offered != null && TokenHash.matches(keyHash, TokenHash.of(offered));
            return right ? handler.handle(request) : ApiAnswer.failure(401, "invalid API key");
        };
    }
}
