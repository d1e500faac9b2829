package io.linksocks.http;

import io.linksocks.util.DeadlineInput;
import io.linksocks.util.DeadlineOutput;
import io.linksocks.util.Sockets;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** What HTTP reads from and writes to: a connection, or TLS on top of it. */
final class HttpTransport implements Closeable {
    /** Enough for a request head; a WebSocket's large reads pass by it. */
    private static final int BUFFER = 4096;
    /** The first byte of every TLS connection (RFC 8446, section 5.1), and of no HTTP request. */
    private static final int TLS_HANDSHAKE = 0x16;

    private final Socket connection;
    private final Socket top;
    private final DeadlineInput timed;
    private final DeadlineOutput writes;
    private final InputStream in;
    private final OutputStream out;

    private HttpTransport(Socket connection, Socket top, DeadlineInput timed, DeadlineOutput writes) throws IOException {
        this.connection = connection;
        this.top = top;
        this.timed = timed;
        this.writes = writes;
        this.in = new BufferedInputStream(top == connection ? timed : top.getInputStream(), BUFFER);
        this.out = top == connection ? writes : top.getOutputStream();
    }

    /**
     * Takes a new connection. Whatever has to be read up to the end of the first request head has the time of one, and each
     * write of the layer the time of a piece of an answer.
     */
    static HttpTransport open(Socket connection, HttpServer.SocketLayer layer, Limits limits) throws IOException {
        DeadlineInput timed = new DeadlineInput(connection) {
            /** Spares the buffer in front a system call after each of its reads. */
            @Override
            public int available() {
                return 0;
            }
        };
        timed.limit(limits.headTimeout());
        DeadlineOutput writes = new DeadlineOutput(connection, limits.writeTimeout());
        if (layer == HttpServer.SocketLayer.NONE) {
            return new HttpTransport(connection, connection, timed, writes);
        }
        int first = timed.read();
        if (first != TLS_HANDSHAKE) {
            throw first < 0 ? new EOFException("connection ended before it began") : plainText(connection, writes);
        }
        Socket top = layer.wrap(new TimedSocket(connection, timed, writes),
                new ByteArrayInputStream(new byte[] {(byte) first}));
        return new HttpTransport(connection, top, timed, writes);
    }

    private static IOException plainText(Socket connection, OutputStream out) throws IOException {
        Response response = Response.text(400, "this port speaks TLS: use https:// or wss://\n");
        out.write(response.encode(false, true, Instant.now()));
        Sockets.linger(connection);
        return new IOException("plain text on a port for TLS");
    }

    /** The connection itself, for its addresses and for ending it without any delay. */
    Socket connection() {
        return connection;
    }

    DeadlineInput timed() {
        return timed;
    }

    InputStream in() {
        return in;
    }

    OutputStream out() {
        return out;
    }

    /** Without a time limit for writes when the condition no longer holds. */
    void limitWritesWhile(BooleanSupplier condition) {
        writes.limitWhile(condition);
    }

    /** Ends the connection after a last answer. */
    void closeAfter(Response last) throws IOException {
        closeAfter(last, false);
    }

    /** @param headOnly whether the answer is one to HEAD */
    void closeAfter(Response last, boolean headOnly) throws IOException {
        out.write(last.encode(headOnly, true, Instant.now()));
        timed.limit(Sockets.LINGER);
        Sockets.linger(top);
    }

    /** Says goodbye in the way of the layer and ends the connection. */
    @Override
    public void close() throws IOException {
        top.close();
    }
}
