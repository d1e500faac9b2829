package io.linksocks.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** The lines of a head, or of several in a row, up to a limit and without a byte of what follows. */
final class HeadLines {
    /** How much may come, and how freely it may be written. */
    enum Rules {
        /** Nothing that two readers could read differently. */
        REQUEST(HeadReader.MAX_BYTES, HeadReader.MAX_FIELDS),
        /**
         * What a recipient of answers may take: a line feed as the end of a line, and blanks in front of a colon (RFC 9112,
         * sections 2.2 and 5.1). Cookies and policies of web sites need several times the room of requests.
         */
        FORWARDED_ANSWER(64 * 1024, 500),
        /** Nobody else reads it: a lone carriage return is taken as well, and lines that are no field are left out. */
        OWN_ANSWER(16 * 1024, Integer.MAX_VALUE);

        final int maxBytes;
        private final int maxFields;

        Rules(int maxBytes, int maxFields) {
            this.maxBytes = maxBytes;
            this.maxFields = maxFields;
        }
    }

    private final InputStream in;
    private final Rules rules;
    private int left;

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

    /** The fields behind it. */
    Headers fields() throws IOException {
        List<Headers.Field> fields = new ArrayList<>();
        for (String line = line(next()); !line.isEmpty(); line = line(next())) {
            if (fields.size() == rules.maxFields) {
                throw new HttpException(431, "too many header fields");
            }
            Headers.Field field = field(line, rules);
            if (field != null) {
                fields.add(field);
            }
        }
        return new Headers(fields);
    }

    /**
     * No folded lines, no space before the colon (RFC 9112, sections 5.1 and 5.2): neither passes as a token.
     *
     * @return null for what is left out
     */
    static Headers.Field field(String line, Rules rules) throws HttpException {
        int colon = line.indexOf(':');
        int end = Math.max(colon, 0);
        while (rules != Rules.REQUEST && end > 0 && isBlank(line.charAt(end - 1))) {
            end--;
        }
        String name = line.substring(0, end);
        String value = trim(line.substring(colon + 1));
        boolean named = Syntax.isToken(name);
        if (named && Syntax.isFieldValue(value)) {
            return new Headers.Field(name, value);
        }
        if (rules == Rules.OWN_ANSWER) {
            return null;
        }
        throw new HttpException(400, "malformed header field " + (named ? "value" : "name"));
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

    /** Lines end with CRLF; a lone CR is refused where another reader follows, a lone LF in requests (RFC 9112, section 2.2). */
    private String line(int first) throws IOException {
        StringBuilder line = new StringBuilder(80);
        int c = first;
        while (c != '\n') {
            int next = next();
            if (c == '\r' && next == '\n') {
                return line.toString();
            }
            if (c == '\r' && rules != Rules.OWN_ANSWER) {
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
