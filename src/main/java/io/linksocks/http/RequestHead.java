package io.linksocks.http;

import java.util.Map;

/**
 * Request line and header fields of one request.
 *
 * @param method  as sent, case-sensitive
 * @param target  the request target as sent
 * @param path    the decoded path, beginning with a slash, or {@code *}
 * @param query   decoded query parameters; of several with one name, the first
 * @param minor   0 for HTTP/1.0, 1 for HTTP/1.1 and later minor versions
 * @param headers the header fields
 */
public record RequestHead(
        String method, String target, String path, Map<String, String> query, int minor, Headers headers) {

    /** The value of the first header field of this name, or null. */
    public String header(String name) {
        return headers.first(name);
    }

    /** Whether the client asks to go on with the WebSocket protocol. */
    public boolean asksForWebSocket() {
        return headers.hasToken("Upgrade", "websocket");
    }

    /** Whether the client lets the connection live on (RFC 9112, section 9.3); HTTP/1.0 persistence is not offered. */
    boolean keepsAlive() {
        return minor > 0 && !headers.hasToken("Connection", "close");
    }

    /** Paths and queries may hold tokens, fields may hold keys: none of them belongs in a log. */
    @Override
    public String toString() {
        return method + " request";
    }
}
