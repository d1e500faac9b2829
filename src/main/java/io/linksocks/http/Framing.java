package io.linksocks.http;

import io.linksocks.util.BlockInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where the body behind a head ends (RFC 9112, section 6.3). An ambiguous request is refused; a response is not if browsers
 * agree on its end, but its connection closes after it.
 *
 * @param length of the body, when the kind says that it is known
 */
public record Framing(Kind kind, long length) {
    /** What ends a body. */
    public enum Kind { NO_BODY, LENGTH, CHUNKED, END_OF_CONNECTION }

    /** A body that ends with its connection. */
    public static final Framing UNTIL_END = new Framing(Kind.END_OF_CONNECTION, 0);
    private static final Framing NONE = new Framing(Kind.NO_BODY, 0);
    private static final Framing CHUNKED = new Framing(Kind.CHUNKED, 0);
    private static final Pattern LENGTH = Pattern.compile("[0-9]+");
    /** Longer numbers may not fit into a long. */
    private static final int MAX_DIGITS = 18;
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int PIECE = 16 << 10;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    /** The body of a request. */
    static Framing ofRequest(int minor, Headers headers) throws HttpException {
        boolean chunked = isChunked(minor, headers.all("Transfer-Encoding"));
        List<String> lengths = headers.all("Content-Length");
        if (chunked && !lengths.isEmpty()) {
            throw new HttpException(400, "both Content-Length and Transfer-Encoding");
        }
        if (chunked) {
            return CHUNKED;
        }
        if (lengths.size() > 1) {
            throw new HttpException(400, "malformed Content-Length");
        }
        return lengths.isEmpty() ? NONE : new Framing(Kind.LENGTH, length(lengths.getFirst()));
    }

    /** The body of an answer to a request of this method, which an interim answer does not have. */
    static Framing ofResponse(String method, int status, int minor, Headers headers) throws HttpException {
        if (method.equals("HEAD") || status / 100 == 1 || status == NO_CONTENT || status == NOT_MODIFIED) {
            return NONE;
        }
        Set<String> codings = headers.elements("Transfer-Encoding");
        codings.remove("identity");
        if (codings.equals(Set.of("chunked"))) {
            return CHUNKED;
        }
        if (!codings.isEmpty()) {
            throw new HttpException(501, "transfer coding not implemented");
        }
        Set<String> lengths = headers.elements("Content-Length");
        if (lengths.size() > 1) {
            throw new HttpException(400, "several values of Content-Length");
        }
        return lengths.isEmpty() ? UNTIL_END : new Framing(Kind.LENGTH, length(lengths.iterator().next()));
    }

    /** Whether another reader of an answer could find its end elsewhere, as RFC 9112, section 6.1, warns. */
    static boolean isDoubtful(int minor, Headers headers) {
        List<String> codings = headers.all("Transfer-Encoding");
        return !codings.isEmpty() && (minor == 0 || codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")
                || headers.first("Content-Length") != null);
    }

    private static boolean isChunked(int minor, List<String> codings) throws HttpException {
        if (codings.isEmpty()) {
            return false;
        }
        if (minor == 0) {
            throw new HttpException(400, "Transfer-Encoding in HTTP/1.0");
        }
        if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
            throw new HttpException(501, "transfer coding not implemented");
        }
        return true;
    }

    /** The length of a body that is left out; null when the head does not tell exactly one. */
    static String announced(Headers headers) {
        Set<String> lengths = headers.elements("Content-Length");
        boolean one = lengths.size() == 1 && headers.first("Transfer-Encoding") == null;
        return one && LENGTH.matcher(lengths.iterator().next()).matches() ? lengths.iterator().next() : null;
    }

    private static long length(String value) throws HttpException {
        if (!LENGTH.matcher(value).matches()) {
            throw new HttpException(400, "malformed Content-Length");
        }
        if (value.length() > MAX_DIGITS) {
            throw new HttpException(413, "body too large");
        }
        return Long.parseLong(value);
    }

    /** Whether there is anything to read. */
    boolean hasBody() {
        return kind != Kind.NO_BODY && !(kind == Kind.LENGTH && length == 0);
    }

    /** Forwards this body as another kind; a body that breaks off gets no end, so that nobody takes it for complete. */
    public void copy(InputStream in, Framing sent, OutputStream out) throws IOException {
        if (!hasBody()) {
            return;
        }
        InputStream content = decode(in);
        byte[] piece = new byte[PIECE];
        for (int count = content.read(piece); count >= 0; count = content.read(piece)) {
            sent.write(piece, count, out);
        }
        if (sent.kind == Kind.CHUNKED) {
            out.write(LAST_CHUNK);
        }
    }

    /** A chunk (RFC 9112, section 7.1) leaves in one write. */
    private void write(byte[] piece, int count, OutputStream out) throws IOException {
        if (kind != Kind.CHUNKED) {
            out.write(piece, 0, count);
            return;
        }
        byte[] size = (Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] chunk = Arrays.copyOf(size, size.length + count + 2);
        System.arraycopy(piece, 0, chunk, size.length, count);
        chunk[chunk.length - 2] = '\r';
        chunk[chunk.length - 1] = '\n';
        out.write(chunk);
    }

    /** The content of the body behind a head; its end is the body's. */
    InputStream decode(InputStream in) {
        return switch (kind) {
            case NO_BODY -> InputStream.nullInputStream();
            case LENGTH -> new LengthInput(in, length);
            case CHUNKED -> new ChunkedInput(in, Long.MAX_VALUE);
            case END_OF_CONNECTION -> in;
        };
    }

    /** Appends the header field that declares this framing, if there is one. */
    void describe(StringBuilder head) {
        switch (kind) {
            case LENGTH -> head.append("Content-Length: ").append(length).append("\r\n");
            case CHUNKED -> head.append("Transfer-Encoding: chunked\r\n");
            case NO_BODY, END_OF_CONNECTION -> { }
        }
    }

    /** A body of known length. */
    private static final class LengthInput extends BlockInput {
        private final InputStream in;
        private long left;

        LengthInput(InputStream in, long length) {
            this.in = in;
            this.left = length;
        }

        @Override
        public int read(byte[] array, int offset, int length) throws IOException {
            if (left == 0 || length == 0) {
                return left == 0 ? -1 : 0;
            }
            int count = in.read(array, offset, (int) Math.min(left, length));
            if (count < 0) {
                throw new EOFException("connection ended within a body");
            }
            left -= count;
            return count;
        }
    }
}
