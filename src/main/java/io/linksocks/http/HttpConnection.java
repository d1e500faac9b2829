package io.linksocks.http;

import io.linksocks.util.DeadlineInput;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.lang.System.Logger;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;

/** Serves the requests of one connection on its own virtual thread, until it closes or becomes a WebSocket. */
final class HttpConnection {
    private static final Logger LOG = System.getLogger(HttpConnection.class.getName());

    private static final String ROOT = "/";
    private static final HttpException TOO_SLOW = new HttpException(408, "request took too long");

    private final HttpTransport transport;
    private final Routes routes;
    private final HttpServer.Refusals refusals;
    private final HttpServer.UpgradeHandler upgrades;
    private final Limits limits;
    private final Strangers strangers;
    private final LongAdder badRequests;
    private final DeadlineInput timed;
    private final InputStream in;
    private final OutputStream out;

    /** @param badRequests counts requests that could not be read */
    HttpConnection(HttpTransport transport, Routes routes, HttpServer.Refusals refusals, HttpServer.UpgradeHandler upgrades,
            Limits limits, Strangers strangers, LongAdder badRequests) {
        this.strangers = strangers;
        this.transport = transport;
        this.routes = routes;
        this.refusals = refusals;
        this.upgrades = upgrades;
        this.limits = limits;
        this.badRequests = badRequests;
        this.timed = transport.timed();
        this.in = transport.in();
        this.out = transport.out();
    }

    /** Serves until the connection ends; the caller closes it. */
    void serve() throws IOException {
        timed.limit(limits.headTimeout());
        Request request = read();
        while (request != null && answer(request)) {
            awaitNext();
            request = read();
        }
    }

    /** A pipelined request is in the buffer already, so its time starts now. */
    private void awaitNext() throws IOException {
        if (in.available() > 0) {
            timed.limit(limits.headTimeout());
        } else {
            timed.limit(limits.idleTimeout(), limits.headTimeout());
        }
    }

    /** Returns the next request; null at the end, or after answering one that could not be read. */
    private Request read() throws IOException {
        RequestHead head = null;
        try {
            head = RequestHead.read(in);
            if (head == null) {
                return null;
            }
            timed.limit(limits.headTimeout());
            Socket connection = transport.connection();
            return new Request(head, in, out, transport.remote(), transport.tls(), () -> strangers.leave(connection));
        } catch (HttpException e) {
            badRequests.increment();
            transport.closeAfter(head == null ? e.response() : refusals.write(head.path(), e));
        } catch (SocketTimeoutException e) {
            if (!timed.awaitsFirstByte()) {
                badRequests.increment();
                transport.closeAfter(TOO_SLOW.response());
            }
        }
        return null;
    }

    /**
     * Answers a request and tells whether another may follow. A path with a route is plain HTTP even if the client asks for a
     * WebSocket, except for the root: a reverse proxy may have stripped the path that the client asked for.
     */
    private boolean answer(Request request) throws IOException {
        RequestHead head = request.head();
        if (head.asksForWebSocket() && (head.path().equals(ROOT) || !routes.know(head.path()))) {
            upgrade(request);
            return false;
        }
        boolean headOnly = head.method().equals("HEAD");
        Response response = response(request);
        if (!request.isComplete() && response.stream() == null) {
            transport.closeAfter(response, headOnly);
            return false;
        }
        boolean close = !head.keepsAlive();
        out.write(response.encode(headOnly, close, Instant.now()));
        if (response.stream() == null) {
            return !close;
        }
        if (!headOnly) {
            response.stream().writeTo(out);
        }
        return false;
    }

    private Response response(Request request) throws IOException {
        try {
            return answerOf(request);
        } finally {
            if (request.isBroken()) {
                badRequests.increment();
            }
        }
    }

    private Response answerOf(Request request) throws IOException {
        HttpException refusal;
        try {
            return routes.answer(request);
        } catch (HttpException e) {
            refusal = e;
        } catch (SocketTimeoutException e) {
            refusal = TOO_SLOW;
        } catch (RuntimeException e) {
            Threads.reportError(e);
            LOG.log(Level.ERROR, "handler failed on a " + request.head(), e);
            refusal = new HttpException(500, "internal server error");
        }
        return refusals.write(request.head().path(), refusal);
    }

    /** Closes the connection below TLS, which would first wait to write close_notify to a peer that may not read. */
    private void upgrade(Request request) throws IOException {
        timed.unlimited();
        transport.limitWritesWhile(() -> strangers.include(transport.connection()));
        try (Socket connection = transport.connection()) {
            upgrade(request, connection);
        }
    }

    /** Refuses a body, which would be read as frames: a proxy in front sees another end of the request. */
    private void upgrade(Request request, Socket connection) throws IOException {
        try {
            if (!request.isComplete()) {
                throw new HttpException(400, "a request for a WebSocket has no body");
            }
            upgrades.upgrade(request, connection, in, out);
        } catch (HttpException e) {
            transport.closeAfter(e.response());
        }
    }
}
