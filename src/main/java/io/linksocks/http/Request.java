package io.linksocks.http;

import java.io.IOException;
import java.net.InetSocketAddress;

/** One request. Its head is known; its body is read when it is asked for, so that a stranger gets no memory for one. */
public final class Request {
    private final RequestHead head;
    private final BodyReader body;
    private final InetSocketAddress remote;
    private final Runnable trust;

    Request(RequestHead head, BodyReader body, InetSocketAddress remote, Runnable trust) {
        this.head = head;
        this.body = body;
        this.remote = remote;
        this.trust = trust;
    }

    /** Request line and fields. */
    public RequestHead head() {
        return head;
    }

    /** The address at the other end of the connection, which may be a proxy. */
    public InetSocketAddress remote() {
        return remote;
    }

    /**
     * Reads the whole body; may be called once.
     *
     * @return empty when there is none
     * @throws HttpException to be passed on: the body is malformed or too large
     * @throws IOException   to be passed on: the connection broke, or the body took too long
     */
    public byte[] body() throws IOException {
        return body.read();
    }

    /** Whoever sent this has shown that it belongs here: its connection is no stranger's any more. */
    public void trust() {
        trust.run();
    }

    BodyReader bodyReader() {
        return body;
    }
}
