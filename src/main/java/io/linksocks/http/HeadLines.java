package io.linksocks.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Reads the lines of a head, or of several in a row, up to a limit, and not a byte more. */
final class HeadLines {
    /** Size limits, and how strictly lines are checked. */
    enum Rules {
        /** Refuses whatever two implementations could read differently. */
        REQUEST(RequestHead.MAX_BYTES, RequestHead.MAX_FIELDS, false),
        /**
         * Accepts a line feed as the end of a line (RFC 9112, section 2.2), since the proxy writes its own head. Kerberos
         * tickets and cookies need more room than requests to the server.
         */
        PROXY_REQUEST(64 * 1024, 500, false),
        /**
         * As lenient as browsers: accepts blanks in front of a colon and folded lines, turns control characters into spaces,
         * and drops lines that are not fields (RFC 9112, sections 2.2, 5.1 and 5.2).
         */
        FORWARDED_ANSWER(64 * 1024, 500, true),
        /** The same, with a smaller limit. */
        OWN_ANSWER(16 * 1024, Integer.MAX_VALUE, true);

        final int maxBytes;
        final int maxFields;
        private final boolean lenient;

        Rules(int maxBytes, int maxFields, boolean lenient) {
            this.maxBytes = maxBytes;
            this.maxFields = maxFields;
            this.lenient = lenient;
        }
    }

    /**
     * The first line of a request (RFC 9112, section 3).
     *
     * @param target as sent, of whatever form
     * @param minor  0 for HTTP/1.0, 1 for HTTP/1.1 and later minor versions
     */
    record RequestLine(String method, String target, int minor) {}

    private final InputStream in;
    private final Rules rules;
    private int left;
    private boolean doubtful;

    HeadLines(InputStream in, Rules rules) {
        this.in = in;
        this.rules = rules;
        this.left = rules.maxBytes;
    }

    /** The first line; null when the stream ends before its first byte. */
    String first() throws IOException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        left--;
        String line = line(first);
        // Some clients end a body with one CRLF too many (RFC 9112, section 2.2).
        return line.isEmpty() ? line(next()) : line;
    }

    /** The first line of a request; null when the stream ends before its first byte. */
    RequestLine requestLine() throws IOException {
        String line = first();
        if (line == null) {
            return null;
        }
        String[] parts = line.split(" ", -1);
        if (parts.length != 3 || !Syntax.isToken(parts[0])) {
            throw new HttpException(400, "malformed request line");
        }
        return new RequestLine(parts[0], parts[1], minorVersion(parts[2]));
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

    /** The fields behind the first line. */
    Headers fields() throws IOException {
        List<Headers.Field> fields = new ArrayList<>();
        String line = line(next());
        while (!line.isEmpty()) {
            if (fields.size() == rules.maxFields) {
                throw new HttpException(431, "too many header fields");
            }
            StringBuilder unfolded = new StringBuilder(line);
            for (line = line(next()); rules.lenient && isFolded(line); line = line(next())) {
                unfolded.append(' ').append(trim(line));
                doubtful = true;
            }
            if (rules.lenient) {
                addIfField(unfolded.toString(), fields);
            } else {
                fields.add(field(unfolded.toString()));
            }
        }
        return new Headers(fields);
    }

    /** Whether another implementation could have found other fields. */
    boolean isDoubtful() {
        return doubtful;
    }

    private void addIfField(String line, List<Headers.Field> fields) {
        int colon = line.indexOf(':');
        int end = Math.max(colon, 0);
        while (end > 0 && isBlank(line.charAt(end - 1))) {
            end--;
        }
        if (Syntax.isToken(line.substring(0, end))) {
            fields.add(new Headers.Field(line.substring(0, end), trim(withoutControls(line.substring(colon + 1)))));
        } else {
            doubtful = true;
        }
    }

    /** Control characters become spaces (RFC 9110, section 5.5). */
    String withoutControls(String text) {
        if (Syntax.isFieldValue(text)) {
            return text;
        }
        doubtful = true;
        StringBuilder clean = new StringBuilder(text);
        for (int i = 0; i < clean.length(); i++) {
            if (!Syntax.isFieldChar(clean.charAt(i))) {
                clean.setCharAt(i, ' ');
            }
        }
        return clean.toString();
    }

    /** Refuses folded lines and spaces before the colon (RFC 9112, sections 5.1 and 5.2), which are not tokens. */
    static Headers.Field field(String line) throws HttpException {
        int colon = line.indexOf(':');
        String name = line.substring(0, Math.max(colon, 0));
        if (!Syntax.isToken(name)) {
            throw new HttpException(400, "malformed header field name");
        }
        String value = trim(line.substring(colon + 1));
        if (!Syntax.isFieldValue(value)) {
            throw new HttpException(400, "malformed header field value");
        }
        return new Headers.Field(name, value);
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

    private static boolean isFolded(String line) {
        return !line.isEmpty() && isBlank(line.charAt(0));
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** Lines end with CRLF; a lone CR is refused in requests, a lone LF in those to the server (RFC 9112, section 2.2). */
    private String line(int first) throws IOException {
        StringBuilder line = new StringBuilder(80);
        int c = first;
        while (c != '\n') {
            int next = next();
            if (c == '\r' && next == '\n') {
                return line.toString();
            }
            if (c == '\r' && !rules.lenient) {
                throw new HttpException(400, "carriage return without line feed");
            }
            line.append((char) c);
            c = next;
        }
        if (rules == Rules.REQUEST) {
            throw new HttpException(400, "line feed without carriage return");
        }
        return line.toString();
    }

    private int next() throws IOException {
        if (--left < 0) {
            throw new HttpException(431, "head too large");
        }
        int c = in.read();
        if (c < 0) {
            throw new EOFException("connection ended within a head");
        }
        return c;
    }
}
