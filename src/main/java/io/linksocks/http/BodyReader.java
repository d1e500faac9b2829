package io.linksocks.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * The body that belongs to a head (RFC 9112, sections 6 and 7). What the head alone tells is checked at once; not a byte is read
 * before somebody wants it.
 */
final class BodyReader {
    /** Bodies are small JSON documents. */
    static final int MAX_BYTES = 1 << 20;
    private static final Set<String> NEED_LENGTH = Set.of("POST", "PUT", "PATCH");
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EMPTY = {};

    private final InputStream in;
    private final OutputStream out;
    private final Framing framing;
    private final boolean expected;
    private boolean begun;
    private boolean complete;

    /**
     * @param out where "100 Continue" goes when the client waits for it
     * @throws HttpException when the framing is ambiguous or the body too large
     */
    BodyReader(RequestHead head, InputStream in, OutputStream out) throws HttpException {
        this.in = in;
        this.out = out;
        this.framing = Framing.ofRequest(head.minor(), head.headers());
        if (framing.length() > MAX_BYTES) {
            throw new HttpException(413, "body too large");
        }
        if (framing.kind() == Framing.Kind.NO_BODY && NEED_LENGTH.contains(head.method())) {
            throw new HttpException(411, "a length is required");
        }
        this.expected = expectsContinue(head);
        this.complete = !framing.hasBody();
    }

    /** Reads all of it. */
    byte[] read() throws IOException {
        if (complete) {
            return EMPTY;
        }
        begun = true;
        if (expected) {
            out.write(CONTINUE);
        }
        byte[] body = framing.kind() == Framing.Kind.CHUNKED
                ? new ChunkedInput(in, MAX_BYTES).readAllBytes() : exactly(in, (int) framing.length());
        complete = true;
        return body;
    }

    /** Whether what comes next on the connection is the next request. */
    boolean isComplete() {
        return complete;
    }

    /** Whether it was asked for and did not come, or not as it should. */
    boolean isBroken() {
        return begun && !complete;
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

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("connection ended within a body");
        }
        return body;
    }
}
