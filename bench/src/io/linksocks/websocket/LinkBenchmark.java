package io.linksocks.websocket;

import io.linksocks.http.HttpServer;
import io.linksocks.http.Limits;
import io.linksocks.http.Request;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * 64 MiB through one WebSocket over loopback, both ends in this process: the JDK's client against a socket that only writes
 * frames or throws away what comes (bare), and our two ends against each other (ours). The first is what the JDK allows.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 1)
public class LinkBenchmark {
    private static final int TOTAL = 64 << 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** The two ends of a WebSocket, and what goes through it. */
    private interface Ends extends AutoCloseable {
        void sendDown() throws IOException;

        void sendUp() throws IOException;

        /** What the server's end counts for one message. */
        int upLength();

        @Override
        void close() throws IOException;
    }

    @Param({"1024", "65536", "131072", "262144"})
    private int size;
    @Param({"bare", "ours"})
    private String kind;

    private final CompletableFuture<Socket> socket = new CompletableFuture<>();
    private final CompletableFuture<ServerWebSocket> accepted = new CompletableFuture<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer server;
    private Ends ends;
    private Slice message;

    private final AtomicLong missing = new AtomicLong();
    private volatile CountDownLatch arrived;

    @Setup
    public void connect() throws IOException {
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server = new HttpServer(listener, List.of(), this::upgrade, Limits.connections(1));
        server.start();
        message = new Slice(new byte[MessageWriter.HEADROOM + size], MessageWriter.HEADROOM, size);
        URI uri = URI.create("ws://127.0.0.1:" + listener.getLocalPort());
        ends = kind.equals("bare") ? new Bare(uri) : new Ours(uri);
    }

    private void upgrade(Request request, Socket connection, InputStream in, OutputStream out) throws IOException {
        if (kind.equals("bare")) {
            out.write(Handshake.accept(request.head()));
            socket.complete(connection);
        } else {
            accepted.complete(ServerWebSocket.accept(request.head(), connection, in, out, "bench"));
        }
        try {
            over.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @TearDown
    public void disconnect() throws IOException {
        ends.close();
        over.countDown();
        server.close();
    }

    @Benchmark
    public void down() throws IOException, InterruptedException {
        expect((long) TOTAL / size * size);
        for (int i = 0; i < TOTAL / size; i++) {
            ends.sendDown();
        }
        arrived.await();
    }

    @Benchmark
    public void up() throws IOException, InterruptedException {
        expect((long) TOTAL / size * ends.upLength());
        for (int i = 0; i < TOTAL / size; i++) {
            ends.sendUp();
        }
        arrived.await();
    }

    private void expect(long bytes) {
        missing.set(bytes);
        arrived = new CountDownLatch(1);
    }

    private void count(int bytes) {
        if (missing.addAndGet(-bytes) == 0) {
            arrived.countDown();
        }
    }

    private final class Bare implements Ends, WebSocket.Listener {
        private final HttpClient client;
        private final WebSocket webSocket;
        private final Socket peer;
        private final byte[] frame;

        Bare(URI uri) throws IOException {
            JdkSettings.apply();
            client = HttpClient.newBuilder().executor(Runnable::run).build();
            webSocket = client.newWebSocketBuilder().buildAsync(uri, this).join();
            peer = socket.join();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            new FrameWriter(bytes).message(message);
            frame = bytes.toByteArray();
            Thread.ofVirtual().start(this::throwAway);
        }

        private void throwAway() {
            byte[] buffer = new byte[256 << 10];
            try {
                InputStream in = peer.getInputStream();
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    count(n);
                }
            } catch (IOException e) {
                arrived.countDown();
            }
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
            from.request(1);
            count(part.remaining());
            return null;
        }

        @Override
        public void sendDown() throws IOException {
            peer.getOutputStream().write(frame);
        }

        @Override
        public void sendUp() {
            webSocket.sendBinary(message.toBuffer(), true).join();
        }

        @Override
        public int upLength() {
            return frame.length + Integer.BYTES;
        }

        @Override
        public void close() throws IOException {
            webSocket.abort();
            client.shutdownNow();
            peer.close();
        }
    }

    private final class Ours implements Ends {
        private final JdkWebSocket client;
        private final ServerWebSocket peer;

        Ours(URI uri) throws IOException {
            client = JdkWebSocket.connect(ConnectOptions.direct(uri, TIMEOUT));
            peer = accepted.join();
            Thread.ofVirtual().start(() -> receive(client));
            Thread.ofVirtual().start(() -> receive(peer));
        }

        private void receive(Link link) {
            try {
                link.receiveAll(received -> {
                    received.release();
                    count(received.length());
                    return true;
                });
            } catch (IOException e) {
                arrived.countDown();
            }
        }

        @Override
        public void sendDown() throws IOException {
            peer.send(message);
        }

        @Override
        public void sendUp() throws IOException {
            client.send(message);
        }

        @Override
        public int upLength() {
            return size;
        }

        @Override
        public void close() {
            client.abort();
            peer.abort();
        }
    }
}
