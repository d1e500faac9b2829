package io.linksocks.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** Reads the body that belongs to a head (RFC 9112, sections 6 and 7). */
final class BodyReader {
    /** Bodies are small JSON documents. */
    static final int MAX_BYTES = 1 << 20;
    /** A chunk size with its extensions, or one trailer field. */
    private static final int MAX_LINE = 1024;
    private static final Set<String> NEED_LENGTH = Set.of("POST", "PUT", "PATCH");
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EMPTY = {};

    private final InputStream in;

    private BodyReader(InputStream in) {
        this.in = in;
    }

    /**
     * Reads the whole body.
     *
     * @param out where "100 Continue" goes when the client waits for it
     * @throws HttpException when the framing is ambiguous or the body too large
     */
    static byte[] read(RequestHead head, InputStream in, OutputStream out) throws IOException {
        boolean chunked = isChunked(head);
        int length = contentLength(head.headers().all("Content-Length"));
        if (chunked && length >= 0) {
            throw new HttpException(400, "both Content-Length and Transfer-Encoding");
        }
        if (!chunked && length < 0 && NEED_LENGTH.contains(head.method())) {
            throw new HttpException(411, "a length is required");
        }
        boolean expected = expectsContinue(head);
        if (!chunked && length <= 0) {
            return EMPTY;
        }
        if (expected) {
            out.write(CONTINUE);
        }
        BodyReader reader = new BodyReader(in);
        return chunked ? reader.chunks() : reader.exactly(length);
    }

    private static boolean isChunked(RequestHead head) throws HttpException {
        List<String> codings = head.headers().all("Transfer-Encoding");
        if (codings.isEmpty()) {
            return false;
        }
        if (head.minor() == 0) {
            throw new HttpException(400, "Transfer-Encoding in HTTP/1.0");
        }
        if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
            throw new HttpException(501, "transfer coding not implemented");
        }
        return true;
    }

    /** -1 when there is none. Repeated values are refused even when they agree (RFC 9112, section 6.3). */
    private static int contentLength(List<String> values) throws HttpException {
        if (values.isEmpty()) {
            return -1;
        }
        String value = values.getFirst();
        if (values.size() > 1 || !value.matches("[0-9]+")) {
            throw new HttpException(400, "malformed Content-Length");
        }
        if (value.length() > 9 || Integer.parseInt(value) > MAX_BYTES) {
            throw new HttpException(413, "body too large");
        }
        return Integer.parseInt(value);
    }

    /** RFC 9110, section 10.1.1; HTTP/1.0 does not know the field. */
    private static boolean expectsContinue(RequestHead head) throws HttpException {
        String expect = head.header("Expect");
        if (expect == null || head.minor() == 0) {
            return false;
        }
        if (!expect.equalsIgnoreCase("100-continue")) {
            throw new HttpException(417, "unknown expectation");
        }
        return true;
    }

    private byte[] exactly(int length) throws IOException {
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw ended();
        }
        return body;
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunkSize(); size > 0; size = chunkSize()) {
            if (body.size() + size > MAX_BYTES) {
                throw new HttpException(413, "body too large");
            }
            body.write(exactly(size));
            if (!line().isEmpty()) {
                throw new HttpException(400, "malformed chunk");
            }
        }
        skipTrailers();
        return body.toByteArray();
    }

    private int chunkSize() throws IOException {
        String line = line();
        int end = 0;
        while (end < line.length() && HexFormat.isHexDigit(line.charAt(end))) {
            end++;
        }
        if (end == 0 || !isExtension(line.substring(end))) {
            throw new HttpException(400, "malformed chunk size");
        }
        String size = line.substring(0, end);
        if (size.length() > 7) {
            throw new HttpException(413, "body too large");
        }
        return Integer.parseInt(size, 16);
    }

    /** Space in front of one is for the lenient (RFC 9112, section 7.1.1), a control character for nobody. */
    private static boolean isExtension(String text) {
        String trimmed = HeadReader.trim(text);
        return (trimmed.isEmpty() || trimmed.startsWith(";")) && Syntax.isFieldValue(text);
    }

    /** They mean nothing here, but what is no field could be the next request for somebody else. */
    private void skipTrailers() throws IOException {
        int fields = 0;
        for (String line = line(); !line.isEmpty(); line = line()) {
            if (++fields > HeadReader.MAX_FIELDS) {
                throw new HttpException(431, "too many trailer fields");
            }
            HeadReader.field(line);
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = next(); c != '\r'; c = next()) {
            if (c == '\n' || line.length() == MAX_LINE) {
                throw new HttpException(400, "malformed chunk line");
            }
            line.append((char) c);
        }
        if (next() != '\n') {
            throw new HttpException(400, "carriage return without line feed");
        }
        return line.toString();
    }

    private int next() throws IOException {
        int c = in.read();
        if (c < 0) {
            throw ended();
        }
        return c;
    }

    private static EOFException ended() {
        return new EOFException("connection ended within a request body");
    }
}
