package io.linksocks.server;

import io.linksocks.cluster.UnavailableException;
import io.linksocks.http.HttpException;
import io.linksocks.http.Request;
import io.linksocks.http.RequestHead;
import io.linksocks.http.Response;
import io.linksocks.http.Route;
import io.linksocks.json.Json;
import io.linksocks.protocol.TokenHash;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The common part of all HTTP API routes: checks the key, or the log-in of a dashboard, and responds in JSON. */
final class ApiGate {
    private static final String PATHS = "/api/";
    /** As messages for who starts the server name its options; callers have no program in which they could call them. */
    private static final Pattern CALL = Pattern.compile("\\b([a-z]\\w*)\\(\\.\\.\\.\\)");
    private static final String HEADER = "X-API-Key";
    /** For programs that can send credentials but no custom header (RFC 6750, section 2.1). */
    private static final String AUTHORIZATION = "Authorization";
    private static final String SCHEME = "Bearer ";

    private static final String CACHE_CONTROL = "Cache-Control";
    private static final String NO_STORE = "no-store";

    /** The tokens of a cluster can't be changed now. */
    private static final int UNAVAILABLE = 503;

    private final String keyHash;
    private final Gatekeeper gatekeeper;
    private final DashboardLogins logins;

    ApiGate(String key, Gatekeeper gatekeeper, DashboardLogins logins) {
        this.gatekeeper = gatekeeper;
        this.logins = logins;
        this.keyHash = TokenHash.of(key);
    }

    /** Answers a request with the members of a JSON object. */
    interface JsonHandler {
        Map<String, Object> handle(Request request) throws IOException;
    }

    Route route(String method, String path, JsonHandler handler) {
        return Route.exact(method, path, guard(json(handler)));
    }

    /** A route for all paths with this prefix. */
    Route routeBelow(String method, String path, JsonHandler handler) {
        return Route.prefix(method, path, guard(json(handler)));
    }

    /** {@code /api/session}: logs a dashboard in, which needs the key, and out. */
    List<Route> sessions() {
        String path = "/api/session";
        return List.of(
                Route.exact("POST", path, answering(request -> {
                    checkKey(request);
                    DashboardLogins.Login login = logins.open(request.head());
                    return json(200, Map.of("success", true, "session", login.half())).with("Set-Cookie", login.cookie());
                })),
                Route.exact("DELETE", path, guard(request ->
                        json(200, Map.of("success", true)).with("Set-Cookie", logins.close(request.head())))));
    }

    private static Route.Handler json(JsonHandler handler) {
        return request -> json(200, handler.handle(request));
    }

    private static Response json(int status, Map<String, Object> members) {
        return Response.of(status, "application/json", Json.write(members) + "\n");
    }

    /** Handles requests that carry the key or a log-in. */
    Route.Handler guard(Route.Handler handler) {
        return answering(request -> {
            if (logins.include(request.head())) {
                request.trust();
                return untilLogout(handler.handle(request), request.head());
            }
            checkKey(request);
            return handler.handle(request);
        });
    }

    /** Ends a stream with the log-in that opened it. */
    private Response untilLogout(Response response, RequestHead head) {
        if (response.stream() == null) {
            return response;
        }
        return new Response(response.status(), response.contentType(), response.headers(), response.body(),
                out -> response.stream().writeTo(new FilterOutputStream(out) {
                    @Override
                    public void write(byte[] bytes, int from, int length) throws IOException {
                        if (!logins.include(head)) {
                            throw new IOException("the dashboard has logged out");
                        }
                        out.write(bytes, from, length);
                    }
                }));
    }

    /** Refusals are JSON, and no response may be cached. */
    private static Route.Handler answering(Route.Handler handler) {
        return request -> {
            try {
                return handler.handle(request).with(CACHE_CONTROL, NO_STORE);
            } catch (HttpException e) {
                return failure(e);
            } catch (UnavailableException e) {
                return failure(new HttpException(UNAVAILABLE, e.getMessage()));
            }
        };
    }

    /** The refusal of a request that no route above has taken, or whose body was not read. */
    static Response refuse(String path, HttpException refusal) {
        return path.startsWith(PATHS) ? failure(refusal) : refusal.response();
    }

    /** Has the fields that the reference sends, with the status and headers of the refusal. */
    private static Response failure(HttpException refusal) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("success", false);
        members.put("error", CALL.matcher(refusal.getMessage()).replaceAll("the server's option $1"));
        Response response = json(refusal.status(), members);
        return new Response(response.status(), response.contentType(), refusal.response().headers(), response.body())
                .with(CACHE_CONTROL, NO_STORE);
    }

    /**
     * Compares hashes in constant time; their fixed length reveals nothing. A request without a key does not count as a
     * guess, because any web page can make its visitor's browser send one.
     */
    private void checkKey(Request request) throws HttpException {
        Visitor visitor = gatekeeper.identify(request);
        List<String> offered = offered(request.head());
        for (String hash : offered) {
            gatekeeper.limit(visitor, hash);
            if (TokenHash.matches(keyHash, hash)) {
                request.trust();
                return;
            }
        }
        String reason = "invalid API key";
        offered.forEach(hash -> {
            gatekeeper.onFailure(visitor, hash);
            gatekeeper.report(RecentEvents.Kind.LOGIN, visitor.name(), visitor.host(), null, reason);
        });
        throw new HttpException(Response.text(401, reason + "\n").with("WWW-Authenticate", SCHEME.strip()), reason);
    }

    /**
     * Hashes of the candidates for the key. Both headers are candidates, because a reverse proxy with single sign-on adds
     * an Authorization header that is unrelated to the key.
     */
    private static List<String> offered(RequestHead head) {
        String authorization = head.header(AUTHORIZATION);
        boolean bearer = authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return Stream.of(head.header(HEADER), bearer ? authorization.substring(SCHEME.length()).strip() : null)
                .filter(key -> key != null && !key.isEmpty()).distinct().map(TokenHash::of).toList();
    }
}
