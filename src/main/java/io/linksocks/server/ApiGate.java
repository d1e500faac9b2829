package io.linksocks.server;

import io.linksocks.http.HttpException;
import io.linksocks.http.RequestHead;
import io.linksocks.http.Route;
import io.linksocks.protocol.TokenHash;

/** Lets only requests with the right key reach the HTTP API. */
final class ApiGate {
    private static final String HEADER = "X-API-Key";
    /** What programs know that have a setting for credentials and none for a header (RFC 6750, section 2.1). */
    private static final String AUTHORIZATION = "Authorization";
    private static final String SCHEME = "Bearer ";

    private final String keyHash;
    private final Gatekeeper gatekeeper;

    ApiGate(String key, Gatekeeper gatekeeper) {
        this.gatekeeper = gatekeeper;
        this.keyHash = TokenHash.of(key);
    }

    /**
     * What it answers is stored by nobody. The hashes are compared, whose length tells nothing, in a time that tells nothing
     * either.
     */
    Route.Handler guard(Route.Handler handler) {
        return request -> {
            Visitor visitor;
            try {
                visitor = gatekeeper.identify(request.head(), request.remote());
            } catch (HttpException e) {
                return ApiAnswer.failure(e);
            }
            String offered = offered(request.head());
            boolean right = offered != null && TokenHash.matches(keyHash, TokenHash.of(offered));
            if (!right) {
                gatekeeper.onFailure(visitor);
                return ApiAnswer.failure(401, "invalid API key").with("WWW-Authenticate", SCHEME.strip());
            }
            return handler.handle(request).with("Cache-Control", "no-store");
        };
    }

    /** Null when there is none. */
    private static String offered(RequestHead head) {
        String authorization = head.header(AUTHORIZATION);
        boolean bearer = authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return bearer ? authorization.substring(SCHEME.length()).strip() : head.header(HEADER);
    }
}
