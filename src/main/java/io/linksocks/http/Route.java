package io.linksocks.http;

import java.io.IOException;

/**
 * What answers the requests of one method under one path.
 *
 * @param method  a method; HEAD is answered by what answers GET
 * @param path    a decoded path, or the start of one
 * @param prefix  whether longer paths belong to this route too
 * @param handler makes the answer, on the connection's own virtual thread; may block
 */
public record Route(String method, String path, boolean prefix, Handler handler) {
    /** Makes the answer to a request. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Answers one request.
         *
         * @throws HttpException to refuse it
         * @throws IOException   from {@link Request#body}
         */
        Response handle(Request request) throws IOException;
    }

    /** A route for exactly this path. */
    public static Route exact(String method, String path, Handler handler) {
        return new Route(method, path, false, handler);
    }

    /** A route for this path and all that begin with it. */
    public static Route prefix(String method, String path, Handler handler) {
        return new Route(method, path, true, handler);
    }

    boolean matchesPath(String requested) {
        return prefix ? requested.startsWith(path) : requested.equals(path);
    }

    boolean matchesMethod(String requested) {
        return requested.equals(method) || requested.equals("HEAD") && method.equals("GET");
    }
}
