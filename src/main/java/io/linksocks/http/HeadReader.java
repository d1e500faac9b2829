package io.linksocks.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;

/**
 * Reads the head of a request, strictly: whatever two implementations could read differently is refused, because such
 * a difference lets a request hide from a proxy in between (RFC 9112, section 11.2).
 */
public final class HeadReader {
    /** Request line and all fields together; several times what browsers and CDNs send. */
    static final int MAX_BYTES = 16 * 1024;
    static final int MAX_FIELDS = 100;
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS");

    private HeadReader() {}

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
        String first = lines.first();
        if (first == null) {
            return null;
        }
        RequestLine line = RequestLine.parse(first);
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
}
