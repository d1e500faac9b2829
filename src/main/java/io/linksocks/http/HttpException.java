package io.linksocks.http;

import java.io.IOException;

/** A request that is refused; carries the answer that says so. */
public final class HttpException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Response response;

    /** Refuses with a plain text answer. */
    public HttpException(int status, String reason) {
        this(Response.text(status, reason + "\n"), reason);
    }

    /** Refuses with an answer that needs header fields of its own. */
    public HttpException(Response response, String reason) {
        super(reason);
        this.response = response;
    }

    /** The status code of the answer. */
    public int status() {
        return response.status();
    }

    /** The answer to send. */
    public Response response() {
        return response;
    }
}
