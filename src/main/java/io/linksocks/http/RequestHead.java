package io.linksocks.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Request line and header fields of one request, read strictly: whatever two implementations could read differently is
 * refused, because it lets a request hide from a proxy in between (RFC 9112, section 11.2).
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
    /** Request line and all fields together; several times what browsers and CDNs send. */
    static final int MAX_BYTES = 16 * 1024;
    static final int MAX_FIELDS = 100;
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS");

    /**
     * Reads one head and nothing behind it.
     *
     * @param in a buffered stream
     * @return the head, or null when the stream ends before its first byte
     * @throws HttpException when the request has to be refused
     * @throws EOFException  when the stream ends within the head
     */
    public static RequestHead read(InputStream in) throws IOException {
        HeadLines lines = new HeadLines(in, HeadLines.Rules.REQUEST);
        HeadLines.RequestLine line = lines.requestLine();
        if (line == null) {
            return null;
        }
        if (!METHODS.contains(line.method())) {
            throw new HttpException(501, "method not implemented");
        }
        RequestTarget target = RequestTarget.parse(line.method(), line.target());
        Headers headers = lines.fields();
        checkHost(headers, line.minor() > 0);
        return new RequestHead(line.method(), line.target(), target.path(), target.query(), line.minor(), headers);
    }

    /** @param needed as it is in HTTP/1.1, where the target does not name the host (RFC 9112, section 3.2) */
    static void checkHost(Headers headers, boolean needed) throws HttpException {
        List<String> hosts = headers.all("Host");
        if (hosts.size() > 1 || hosts.isEmpty() && needed) {
            throw new HttpException(400, "exactly one Host field is needed");
        }
        if (!hosts.isEmpty() && !Syntax.isHostField(hosts.getFirst())) {
            throw new HttpException(400, "malformed Host field");
        }
    }

    /** The value of the first header field of this name, or null. */
    public String header(String name) {
        return headers.first(name);
    }

    /** Whether the client asks to switch to the WebSocket protocol. */
    public boolean asksForWebSocket() {
        return headers.hasToken("Upgrade", "websocket");
    }

    /** Whether the client keeps the connection open (RFC 9112, section 9.3); HTTP/1.0 persistence is not offered. */
    boolean keepsAlive() {
        return minor > 0 && !headers.hasToken("Connection", "close");
    }

    /** Without path, query and fields, which may hold tokens and keys. */
    @Override
    public String toString() {
        return method + " request";
    }
}
