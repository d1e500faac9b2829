package io.linksocks.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSession;

/**
 * One request. Its head was read and its framing checked; its body (RFC 9112, sections 6 and 7) is read only when a handler asks
 * for it, so a client that has not authenticated gets no memory for one.
 */
public final class Request {
    /** Bodies are small JSON documents. */
    static final int MAX_BODY = 1 << 20;
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EMPTY = {};

    private final RequestHead head;
    private final InputStream in;
    private final OutputStream out;
    private final InetSocketAddress remote;
    private final SSLSession tls;
    private final Runnable trust;
    private final Framing framing;
    private final boolean expectsContinue;
    private boolean begun;
    private boolean complete;

    /**
     * @param out for "100 Continue", when the client waits for it
     * @param tls null without TLS
     * @throws HttpException when the framing is ambiguous or the body too large
     */
    Request(RequestHead head, InputStream in, OutputStream out, InetSocketAddress remote, SSLSession tls, Runnable trust)
            throws HttpException {
        this.head = head;
        this.in = in;
        this.out = out;
        this.remote = remote;
        this.tls = tls;
        this.trust = trust;
        this.framing = Framing.ofRequest(head.minor(), head.headers());
        if (framing.length() > MAX_BODY) {
            throw new HttpException(413, "body too large");
        }
        this.expectsContinue = expectsContinue(head);
        this.complete = !framing.hasBody();
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

    /** Request line and fields. */
    public RequestHead head() {
        return head;
    }

    /** The address at the other end of the connection, which may be a proxy. */
    public InetSocketAddress remote() {
        return remote;
    }

    /** The session of TLS, perhaps with a certificate of the client that nobody has checked; null without TLS. */
    public SSLSession tls() {
        return tls;
    }

    /**
     * Reads the whole body; may be called once.
     *
     * @return empty when there is none
     * @throws HttpException to be passed on: the body is malformed or too large
     * @throws IOException   to be passed on: the connection broke, or the body took too long
     */
    public byte[] body() throws IOException {
        if (complete) {
            return EMPTY;
        }
        begun = true;
        if (expectsContinue) {
            out.write(CONTINUE);
        }
        InputStream content = framing.kind() == Framing.Kind.CHUNKED ? new ChunkedInput(in, MAX_BODY) : framing.decode(in);
        byte[] body = content.readAllBytes();
        complete = true;
        return body;
    }

    /** Whether the next bytes on the connection are the next request. */
    boolean isComplete() {
        return complete;
    }

    /** Whether reading the body failed. */
    boolean isBroken() {
        return begun && !complete;
    }

    /** The client has authenticated: its connection can no longer be evicted. */
    public void trust() {
        trust.run();
    }
}
