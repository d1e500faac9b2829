package io.linksocks.websocket;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;

/** Redirection responses (RFC 9110, section 15.4). */
public final class Redirect {
    /** The number of redirects to follow. */
    public static final int MOST = 5;
    private static final Set<Integer> STATUS = Set.of(301, 302, 303, 307, 308);

    private Redirect() {}

    /** Whether a response with this status is a redirect. */
    public static boolean is(int status) {
        return STATUS.contains(status);
    }

    /**
     * Resolves a Location field. One that names only another server, or the same path without a query, leads to the path and
     * query of the request: the query has the token.
     *
     * @throws IOException when it is invalid, or leads from an encrypted connection to an unencrypted one
     */
    public static URI target(URI from, String location) throws IOException {
        URI to = resolve(from, location);
        if (from.getScheme().equalsIgnoreCase("wss") && to.getScheme().equals("ws")) {
            throw new IOException(ConnectOptions.endpoint(from) + " redirects to an unencrypted connection");
        }
        return to;
    }

    private static String resource(URI uri) {
        return uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    }

    /** Ignores a fragment; accepts the schemes of HTTP and WebSocket. */
    private static URI resolve(URI from, String location) throws IOException {
        try {
            int fragment = location.indexOf('#');
            URI to = from.resolve(new URI(fragment < 0 ? location : location.substring(0, fragment)));
            String scheme = switch (to.getScheme().toLowerCase(Locale.ROOT)) {
                case "http", "ws" -> "ws";
                case "https", "wss" -> "wss";
                default -> throw new URISyntaxException("", "scheme");
            };
            if (to.getRawAuthority() == null) {
                throw new URISyntaxException("", "host or port");
            }
            boolean moved = from.getRawQuery() != null && to.getRawQuery() == null
                    && Set.of("", "/", from.getRawPath()).contains(to.getRawPath());
            URI result = new URI(scheme + "://" + to.getRawAuthority() + (moved ? resource(from) : resource(to)));
            if (!ConnectOptions.isReachable(result)) {
                throw new URISyntaxException("", "host or port");
            }
            return result;
        } catch (URISyntaxException e) {
            throw new IOException(ConnectOptions.endpoint(from) + " redirects to no valid address: " + e.getReason());
        }
    }
}
