package io.linksocks.server;

import io.linksocks.http.HttpException;
import io.linksocks.http.RequestHead;
import io.linksocks.http.Route;
import io.linksocks.protocol.TokenHash;
import java.util.List;
import java.util.stream.Stream;

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

    /** A route for requests with the right key. */
    Route route(String method, String path, Route.Handler handler) {
        return Route.exact(method, path, guard(handler));
    }

    /**
     * Lets requests with the right key through; no cache keeps the answers. A request without a key is no guess: any web
     * page can make its visitor's browser send one.
     */
    Route.Handler guard(Route.Handler handler) {
        return request -> {
            try {
                Visitor visitor = gatekeeper.identify(request.head(), request.remote());
                if (!holdsKey(offered(request.head()), visitor)) {
                    return ApiAnswer.failure(401, "invalid API key").with("WWW-Authenticate", SCHEME.strip());
                }
            } catch (HttpException e) {
                return ApiAnswer.failure(e);
            }
            request.trust();
            return handler.handle(request).with("Cache-Control", "no-store");
        };
    }

    /**
     * Compares hashes, whose length tells nothing, in constant time.
     *
     * @throws HttpException when the visitor has to wait
     */
    private boolean holdsKey(List<String> offered, Visitor visitor) throws HttpException {
        for (String hash : offered) {
            gatekeeper.limit(visitor, hash);
            if (TokenHash.matches(keyHash, hash)) {
                return true;
            }
        }
        offered.forEach(hash -> gatekeeper.onFailure(visitor, hash));
        return false;
    }

    /**
     * The hashes of what may be the key. Reverse proxies with single sign-on add an Authorization field of their own, which
     * says nothing about the key in the other field.
     */
    private static List<String> offered(RequestHead head) {
        String authorization = head.header(AUTHORIZATION);
        boolean bearer = authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return Stream.of(head.header(HEADER), bearer ? authorization.substring(SCHEME.length()).strip() : null)
                .filter(key -> key != null && !key.isEmpty()).distinct().map(TokenHash::of).toList();
    }
}
