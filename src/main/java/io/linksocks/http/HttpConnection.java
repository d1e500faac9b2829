package io.linksocks.http;

import io.linksocks.util.DeadlineInput;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Instant;

/** One connection: request after request on its own virtual thread, until it closes or becomes a WebSocket. */
final class HttpConnection {
    private static final Logger LOG = System.getLogger(HttpConnection.class.getName());
    /** Enough for a request head; a WebSocket's large reads pass by it. */
    private static final int BUFFER = 4096;

    private final Socket socket;
    private final Routes routes;
    private final UpgradeHandler upgrades;
    private final Limits limits;
    private final DeadlineInput timed;
    private final InputStream in;
    private final OutputStream out;

    HttpConnection(Socket socket, Routes routes, UpgradeHandler upgrades, Limits limits) throws IOException {
        this.socket = socket;
        this.routes = routes;
        this.upgrades = upgrades;
        this.limits = limits;
        this.timed = new DeadlineInput(socket) {
            /** Spares the buffer in front a system call after each of its reads. */
            @Override
            public int available() {
                return 0;
            }
        };
        this.in = new BufferedInputStream(timed, BUFFER);
        this.out = socket.getOutputStream();
    }

    /** Serves until the connection ends; leaves the socket to the caller to close. */
    void serve() throws IOException {
        timed.limit(limits.headTimeout());
        Request request = read();
        while (request != null && answer(request)) {
            awaitNext();
            request = read();
        }
    }

    /** What was sent ahead lies in the buffer already, so the next request has begun. */
    private void awaitNext() throws IOException {
        if (in.available() > 0) {
            timed.limit(limits.headTimeout());
        } else {
            timed.limit(limits.idleTimeout(), limits.headTimeout());
        }
    }

    /** The next request; null when there is none, or none that could be read, in which case it was answered. */
    private Request read() throws IOException {
        try {
            RequestHead head = HeadReader.read(in);
            if (head == null) {
                return null;
            }
            timed.limit(limits.headTimeout());
            byte[] body = BodyReader.read(head, in, out);
            return new Request(head, body, (InetSocketAddress) socket.getRemoteSocketAddress());
        } catch (HttpException e) {
            refuse(e.response());
        } catch (SocketTimeoutException e) {
            if (!timed.awaitsFirstByte()) {
                refuse(Response.text(408, "request took too long\n"));
            }
        }
        return null;
    }

    /** Whether another request may follow. A path with a route is plain HTTP even when the client asks for more. */
    private boolean answer(Request request) throws IOException {
        RequestHead head = request.head();
        if (head.asksForWebSocket() && !routes.know(head.path())) {
            upgrade(head);
            return false;
        }
        boolean close = !head.keepsAlive();
        out.write(response(request).encode(head.method().equals("HEAD"), close, Instant.now()));
        return !close;
    }

    private Response response(Request request) {
        try {
            return routes.answer(request);
        } catch (HttpException e) {
            return e.response();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "handler failed on a " + request.head(), e);
            return Response.text(500, "internal server error\n");
        }
    }

    private void upgrade(RequestHead head) throws IOException {
        timed.unlimited();
        try {
            upgrades.upgrade(head, socket, in, out);
        } catch (HttpException e) {
            refuse(e.response());
        }
    }

    private void refuse(Response response) throws IOException {
        out.write(response.encode(false, true, Instant.now()));
        LingeringClose.close(socket);
    }
}
