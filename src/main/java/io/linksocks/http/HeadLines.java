package io.linksocks.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** The lines of one head, up to a limit, without a byte of what follows it. */
final class HeadLines {
    private final InputStream in;
    private final boolean lenient;
    private final int maxFields;
    private int left;

    /**
     * @param lenient takes what a recipient of answers may take: a line feed as the end of a line, and blanks in front of a
     *     colon (RFC 9112, sections 2.2 and 5.1)
     */
    HeadLines(InputStream in, int maxBytes, int maxFields, boolean lenient) {
        this.in = in;
        this.left = maxBytes;
        this.maxFields = maxFields;
        this.lenient = lenient;
    }

    /** The first line; null when the stream ends before its first byte. */
    String first() throws IOException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        String line = line(first);
        // Some clients end a body with one CRLF too many (RFC 9112, section 2.2).
        return line.isEmpty() ? line(next()) : line;
    }

    /** The fields behind it. */
    Headers fields() throws IOException {
        List<Headers.Field> fields = new ArrayList<>();
        for (String line = line(next()); !line.isEmpty(); line = line(next())) {
            if (fields.size() == maxFields) {
                throw new HttpException(431, "too many header fields");
            }
            fields.add(field(line, lenient));
        }
        return new Headers(fields);
    }

    /** No folded lines, no space before the colon (RFC 9112, sections 5.1 and 5.2): neither passes as a token. */
    static Headers.Field field(String line, boolean lenient) throws HttpException {
        int colon = line.indexOf(':');
        int end = colon;
        while (lenient && end > 0 && isBlank(line.charAt(end - 1))) {
            end--;
        }
        if (colon < 0 || !Syntax.isToken(line.substring(0, end))) {
            throw new HttpException(400, "malformed header field name");
        }
        String value = trim(line.substring(colon + 1));
        if (!Syntax.isFieldValue(value)) {
            throw new HttpException(400, "malformed header field value");
        }
        return new Headers.Field(line.substring(0, end), value);
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

    /** Lines end with CRLF; a lone CR is refused, and a lone LF in requests (RFC 9112, section 2.2). */
    private String line(int first) throws IOException {
        StringBuilder line = new StringBuilder(80);
        int c = first;
        while (c != '\r') {
            if (c == '\n' && lenient) {
                return line.toString();
            }
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
            throw new HttpException(431, "head too large");
        }
        int c = in.read();
        if (c < 0) {
            throw new EOFException("connection ended within a head");
        }
        return c;
    }
}
