package io.linksocks.websocket;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.linksocks.http.HttpServer;
import io.linksocks.http.Limits;
import io.linksocks.http.Request;
import io.linksocks.http.RequestHead;
import io.linksocks.http.Route;
import io.linksocks.util.Sockets;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A WebSocket server on loopback whose connections belong to the test. */
final class Loopback implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final HttpServer server;
    private final BlockingQueue<ServerWebSocket> accepted = new LinkedBlockingQueue<>();
    private final BlockingQueue<RequestHead> heads = new LinkedBlockingQueue<>();
    private final CountDownLatch over = new CountDownLatch(1);

    Loopback(Route... routes) throws IOException {
        this(HttpServer.SocketLayer.NONE, routes);
    }

    Loopback(HttpServer.SocketLayer layer, Route... routes) throws IOException {
        server = new HttpServer(listener, layer, List.of(routes), this::upgrade, Limits.connections(1000), null);
        server.start();
    }

    private void upgrade(Request request, Socket socket, InputStream in, OutputStream out) throws IOException {
        RequestHead head = request.head();
        accepted.add(ServerWebSocket.accept(head, socket, in, out, Sockets.peer(socket).toString()));
        heads.add(head);
        try {
            over.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    URI uri(String path) {
        return URI.create("ws://127.0.0.1:" + port() + path);
    }

    JdkWebSocket connect() throws IOException {
        return JdkWebSocket.connect(ConnectOptions.direct(uri("/socket?token=secret"), TIMEOUT));
    }

    /** The server's end of the next connection. */
    ServerWebSocket accepted() throws InterruptedException {
        return next(accepted);
    }

    /** The request of the next connection. */
    RequestHead head() throws InterruptedException {
        return next(heads);
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertNotNull(next, "nobody connected");
        return next;
    }

    @Override
    public void close() {
        over.countDown();
        server.close();
    }
}
