package io.linksocks.http;

import io.linksocks.util.DeadlineInput;
import io.linksocks.util.DeadlineOutput;
import io.linksocks.util.Sockets;
import io.linksocks.util.TlsOutput;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/** The streams of an HTTP connection: those of its socket, or those of a layer such as TLS on top. */
final class HttpTransport implements Closeable {
    /** Enough for a request head; a WebSocket's large reads pass by it. */
    private static final int BUFFER = 4096;
    /** The first byte of every TLS connection (RFC 8446, section 5.1), and of no HTTP request. */
    private static final int TLS_HANDSHAKE = 0x16;

    private final Socket connection;
    private final Socket top;
    private final InetSocketAddress remote;
    private final DeadlineInput timed;
    private final DeadlineOutput writes;
    private final InputStream in;
    private final OutputStream out;

    private HttpTransport(Socket connection, Socket top, InetSocketAddress remote, DeadlineInput timed, DeadlineOutput writes)
            throws IOException {
        this.connection = connection;
        this.remote = remote;
        this.top = top;
        this.timed = timed;
        this.writes = writes;
        this.in = new BufferedInputStream(top == connection ? timed : top.getInputStream(), BUFFER);
        this.out = top == connection ? writes : new TlsOutput(top.getOutputStream(), writes);
    }

    /**
     * Wraps a new connection. The time limit for a request head covers all reads up to the end of the first one, and the limit
     * for writes covers each write of the layer.
     *
     * @param balancers whose connections begin with a {@link ProxyHeader}
     */
    static HttpTransport open(Socket connection, HttpServer.SocketLayer layer, Limits limits, Predicate<InetAddress> balancers)
            throws IOException {
        DeadlineInput timed = new DeadlineInput(connection) {
            /** Saves the buffer a system call after each of its reads. */
            @Override
            public int available() {
                return 0;
            }
        };
        timed.limit(limits.headTimeout());
        DeadlineOutput writes = new DeadlineOutput(connection, limits.writeTimeout());
        InetSocketAddress peer = (InetSocketAddress) connection.getRemoteSocketAddress();
        InetSocketAddress remote = balancers.test(connection.getInetAddress()) ? ProxyHeader.read(timed, peer) : peer;
        if (layer == HttpServer.SocketLayer.NONE) {
            return new HttpTransport(connection, connection, remote, timed, writes);
        }
        int first = timed.read();
        if (first != TLS_HANDSHAKE) {
            throw first < 0 ? new EOFException("connection ended before it began") : plainText(connection, writes);
        }
        Socket top = layer.wrap(new TimedSocket(connection, timed, writes),
                new ByteArrayInputStream(new byte[] {(byte) first}));
        return new HttpTransport(connection, top, remote, timed, writes);
    }

    private static IOException plainText(Socket connection, OutputStream out) throws IOException {
        Response response = Response.text(400, "this port speaks TLS: use https:// or wss://\n");
        out.write(response.encode(false, true, Instant.now()));
        Sockets.linger(connection);
        return new IOException("plain text on a port for TLS");
    }

    /** The connection itself, for its addresses and for closing it without delay. */
    Socket connection() {
        return connection;
    }

    /** Where the connection comes from, by what a balancer says. */
    InetSocketAddress remote() {
        return remote;
    }

    /** The session of TLS; null without TLS. */
    SSLSession tls() {
        return top instanceof SSLSocket secured ? secured.getSession() : null;
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

    /** Lifts the time limit for writes once the condition no longer holds. */
    void limitWritesWhile(BooleanSupplier condition) {
        writes.limitWhile(condition);
    }

    /** Closes the connection after a last response. */
    void closeAfter(Response last) throws IOException {
        closeAfter(last, false);
    }

    /** @param headOnly whether the response is one to HEAD */
    void closeAfter(Response last, boolean headOnly) throws IOException {
        out.write(last.encode(headOnly, true, Instant.now()));
        timed.limit(Sockets.LINGER);
        Sockets.linger(top);
    }

    /** Closes the layer and the connection. */
    @Override
    public void close() throws IOException {
        top.close();
    }
}
