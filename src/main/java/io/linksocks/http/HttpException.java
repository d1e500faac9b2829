package io.linksocks.http;

import java.io.IOException;

/** Refuses a request; carries the response to send. */
public final class HttpException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Response response;

    /** Refuses with a plain text response. */
    public HttpException(int status, String reason) {
        this(Response.text(status, reason + "\n"), reason);
    }

    /** Refuses with a response that has header fields of its own. */
    public HttpException(Response response, String reason) {
        super(reason);
        this.response = response;
    }

    /** The status code of the response. */
    public int status() {
        return response.status();
    }

    /** The response to send. */
    public Response response() {
        return response;
    }
}
