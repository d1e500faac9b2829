package io.linksocks.client;

import io.linksocks.util.Authority;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/** Parses the URL of a server, as users write it, into the URI of its WebSocket. */
final class ServerUrl {
    /** At this path the server sends the first message; the token's hash is in the query. */
    private static final String URL_AUTHENTICATION_PATH = "/socket";

    /** Not a host of this name with a port. */
    private static final Pattern WITHOUT_SLASHES = Pattern.compile("(?i)(?:ws|http)s?:(?!//|[0-9]+(?:/|$)|$)");
    private static final Pattern WITHOUT_COLON = Pattern.compile("(?i)(?:ws|http)s?//");

    private ServerUrl() {}

    /**
     * @throws IllegalArgumentException that names the input and the expected form
     */
    static URI parse(String text) {
        String url = text.strip();
        if (WITHOUT_SLASHES.matcher(url).lookingAt()) {
            throw invalid(text, "two slashes follow the scheme");
        }
        if (WITHOUT_COLON.matcher(url).lookingAt()) {
            throw invalid(text, "a colon follows the scheme");
        }
        int scheme = url.indexOf("://");
        if (scheme < 0) {
            url = "wss://" + url;
        } else {
            url = webSocketScheme(text, url.substring(0, scheme)) + url.substring(scheme);
        }
        try {
            URI uri = Authority.url(url);
            Authority authority = authority(text, uri);
            if (authority.user() != null) {
                throw invalid(text, "it can't hold a user name; send that with " + HintedException.HEADER);
            }
            boolean noPath = uri.getRawPath() == null || uri.getRawPath().isEmpty() || uri.getRawPath().equals("/");
            String path = noPath ? URL_AUTHENTICATION_PATH : uri.getRawPath();
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            return new URI(uri.getScheme() + "://" + authority + path + query);
        } catch (URISyntaxException e) {
            throw invalid(text, e.getReason());
        }
    }

    private static Authority authority(String text, URI uri) {
        try {
            return Authority.of(uri);
        } catch (IllegalArgumentException e) {
            throw invalid(text, e.getMessage());
        }
    }

    private static String webSocketScheme(String text, String scheme) {
        return switch (scheme.toLowerCase(java.util.Locale.ROOT)) {
            case "ws", "http" -> "ws";
            case "wss", "https" -> "wss";
            default -> throw invalid(text, "the scheme must be ws, wss, http or https");
        };
    }

    /** Whether the token is in the query rather than in a first message. */
    static boolean authenticatesByQuery(URI uri) {
        return uri.getRawPath().equals(URL_AUTHENTICATION_PATH);
    }

    static URI withQuery(URI uri, String query) {
        String separator = uri.getRawQuery() == null ? "?" : "&";
        return URI.create(uri + separator + query);
    }

    private static IllegalArgumentException invalid(String text, String why) {
        String shown = text.replaceFirst("(?s)^(.*://)?.*@", "$1...@");
        return new IllegalArgumentException("invalid server URL \"" + shown + "\": " + why
                + "; write it like wss://example.com or ws://127.0.0.1:8765");
    }
}
