package io.linksocks.http;

import java.io.IOException;

/**
 * The handler for requests of one method and path.
 *
 * @param method  a method; routes for GET also answer HEAD
 * @param path    a decoded path, or a prefix of one
 * @param prefix  whether the path is a prefix
 * @param handler runs on the connection's own virtual thread; may block
 */
public record Route(String method, String path, boolean prefix, Handler handler) {
    /** Answers requests. */
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

    /** A route for all paths with this prefix. */
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
