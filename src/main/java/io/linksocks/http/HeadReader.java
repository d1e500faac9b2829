package io.linksocks.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
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

    private final InputStream in;
    private int left = MAX_BYTES;

    private HeadReader(InputStream in) {
        this.in = in;
    }

    /**
     * Reads one head and nothing behind it.
     *
     * @param in a buffered stream
     * @return the head, or null when the stream ends before its first byte
     * @throws HttpException when the request has to be refused
     * @throws EOFException  when the stream ends within the head
     */
    public static RequestHead read(InputStream in) throws IOException {
        int first = in.read();
        return first < 0 ? null : new HeadReader(in).head(first);
    }

    private RequestHead head(int first) throws IOException {
        String line = line(first);
        if (line.isEmpty()) {
            line = line(next()); // some clients end a body with one CRLF too many (RFC 9112, section 2.2)
        }
        String[] parts = line.split(" ", -1);
        if (parts.length != 3 || !Syntax.isToken(parts[0])) {
            throw new HttpException(400, "malformed request line");
        }
        int minor = minorVersion(parts[2]);
        if (!METHODS.contains(parts[0])) {
            throw new HttpException(501, "method not implemented");
        }
        RequestTarget target = RequestTarget.parse(parts[0], parts[1]);
        Headers headers = new Headers(fields());
        checkHost(headers, minor);
        return new RequestHead(parts[0], parts[1], target.path(), target.query(), minor, headers);
    }

    private static int minorVersion(String version) throws HttpException {
        if (!version.matches("HTTP/[0-9]\\.[0-9]")) {
            throw new HttpException(400, "malformed HTTP version");
        }
        if (version.charAt(5) != '1') {
            throw new HttpException(505, "only HTTP/1.1 is spoken here");
        }
        return version.charAt(7) == '0' ? 0 : 1;
    }

    private List<Headers.Field> fields() throws IOException {
        List<Headers.Field> fields = new ArrayList<>();
        for (String line = line(next()); !line.isEmpty(); line = line(next())) {
            if (fields.size() == MAX_FIELDS) {
                throw new HttpException(431, "too many header fields");
            }
            fields.add(field(line));
        }
        return fields;
    }

    /** No folded lines, no space before the colon (RFC 9112, sections 5.1 and 5.2): neither passes as a token. */
    static Headers.Field field(String line) throws HttpException {
        int colon = line.indexOf(':');
        if (colon < 0 || !Syntax.isToken(line.substring(0, colon))) {
            throw new HttpException(400, "malformed header field name");
        }
        String value = trim(line.substring(colon + 1));
        if (!Syntax.isFieldValue(value)) {
            throw new HttpException(400, "malformed header field value");
        }
        return new Headers.Field(line.substring(0, colon), value);
    }

    /** Optional whitespace is space and tab only (RFC 9110, section 5.6.3). */
    static String trim(String value) {
        int start = 0;
        int end = value.length();
        while (start < end && isBlank(value.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(value.charAt(end - 1))) {
            end--;
        }
        return value.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** Exactly one Host in HTTP/1.1 (RFC 9112, section 3.2). */
    private static void checkHost(Headers headers, int minor) throws HttpException {
        List<String> hosts = headers.all("Host");
        if (hosts.size() > 1 || hosts.isEmpty() && minor > 0) {
            throw new HttpException(400, "exactly one Host field is needed");
        }
        if (!hosts.isEmpty() && !Syntax.isHost(hosts.getFirst())) {
            throw new HttpException(400, "malformed Host field");
        }
    }

    /** Lines end with CRLF; a lone CR or LF is refused (RFC 9112, section 2.2). */
    private String line(int first) throws IOException {
        StringBuilder line = new StringBuilder(80);
        int c = first;
        while (c != '\r') {
            if (c == '\n') {
                throw new HttpException(400, "line feed without carriage return");
            }
            line.append((char) c);
            c = next();
        }
        if (next() != '\n') {
            throw new HttpException(400, "carriage return without line feed");
        }
        return line.toString();
    }

    private int next() throws IOException {
        if (--left == 0) {
            throw new HttpException(431, "request head too large");
        }
        int c = in.read();
        if (c < 0) {
            throw new EOFException("connection ended within a request head");
        }
        return c;
    }
}
