package io.linksocks.websocket;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Shows that {@link WebSocket} loses bytes that a server sends right behind its 101 response (docs/jdk-websocket.md).
 * Needs nothing but the JDK:
 *
 * <pre>java -Djdk.httpclient.bufsize=1024 HandoverLoss.java slow 10 1000 8</pre>
 */
final class HandoverLoss implements AutoCloseable {
    /** How long {@link #slow} holds the thread that submits, so that the others get ahead. */
    private static final long HOLD_MILLIS = 200;

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final byte[] message;
    private final int messages;

    HandoverLoss(int length, int messages) throws IOException {
        this.message = new byte[length];
        this.messages = messages;
        for (int i = 0; i < length; i++) {
            message[i] = (byte) (i * 31 + (i >> 8));
        }
        Thread.ofPlatform().daemon().start(this::accept);
    }

    /** Arguments: executor (default, in-place, virtual or slow), connections, length of a message, messages. */
    public static void main(String[] args) throws Exception {
        Map<String, Integer> results = new TreeMap<>();
        try (HandoverLoss server = new HandoverLoss(Integer.parseInt(args[2]), Integer.parseInt(args[3]))) {
            for (int i = Integer.parseInt(args[1]); i > 0; i--) {
                CountDownLatch opened = new CountDownLatch(1);
                results.merge(server.connect(executor(args[0], opened), opened::countDown), 1, Integer::sum);
            }
        }
        System.out.println(Runtime.version() + " " + args[0] + " " + results);
    }

    private static Executor executor(String kind, CountDownLatch opened) {
        return switch (kind) {
            case "default" -> null;
            case "in-place" -> Runnable::run;
            case "virtual" -> Thread::startVirtualThread;
            case "slow" -> slow(Thread::startVirtualThread, opened);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    /** Returns to the JDK's selector thread only after the WebSocket is open or a while has passed. */
    static Executor slow(Executor executor, CountDownLatch opened) {
        return task -> {
            executor.execute(task);
            if (Thread.currentThread().getName().endsWith("SelectorManager")) {
                await(opened);
            }
        };
    }

    private static void await(CountDownLatch opened) {
        try {
            opened.await(HOLD_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Opens a WebSocket and returns what became of the messages: "ok", or where the first damage is. */
    String connect(Executor executor, Runnable onOpen) throws Exception {
        HttpClient.Builder builder = HttpClient.newBuilder();
        HttpClient client = (executor == null ? builder : builder.executor(executor)).build();
        URI uri = URI.create("ws://127.0.0.1:" + listener.getLocalPort() + "/");
        Check check = new Check(onOpen);
        WebSocket socket = client.newWebSocketBuilder().buildAsync(uri, check).get(60, TimeUnit.SECONDS);
        try {
            return check.result.completeOnTimeout("no more bytes", 20, TimeUnit.SECONDS).get();
        } finally {
            socket.abort();
            client.shutdownNow();
        }
    }

    private final class Check implements WebSocket.Listener {
        private final CompletableFuture<String> result = new CompletableFuture<>();
        private final Runnable onOpen;
        private int whole;
        private int received;

        Check(Runnable onOpen) {
            this.onOpen = onOpen;
        }

        @Override
        public void onOpen(WebSocket socket) {
            onOpen.run();
            socket.request(1);
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer part, boolean last) {
            for (; part.hasRemaining(); received++) {
                if (received == message.length || part.get() != message[received]) {
                    result.complete("message " + (whole + 1) + " damaged at byte " + received);
                    return null;
                }
            }
            if (last) {
                received = 0;
                whole++;
            }
            if (whole == messages) {
                result.complete("ok");
            }
            socket.request(1);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            result.complete(error.toString());
        }
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = listener.accept();
                Thread.startVirtualThread(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.getOutputStream().write(responseAndMessages(key(socket)));
            while (socket.getInputStream().read() >= 0) {
                // Until the client leaves.
            }
        } catch (IOException | GeneralSecurityException e) {
            // The client has left.
        }
    }

    private static String key(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        String name = "sec-websocket-key:";
        String key = null;
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            key = line.toLowerCase().startsWith(name) ? line.substring(name.length()).trim() : key;
        }
        return key;
    }

    /** In one piece, so that one write sends it all. */
    private byte[] responseAndMessages(String key) throws IOException, GeneralSecurityException {
        byte[] digest = MessageDigest.getInstance("SHA-1")
                .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.ISO_8859_1));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(digest) + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
        for (int i = 0; i < messages; i++) {
            out.write(new byte[] {(byte) 0x82, 126, (byte) (message.length >> 8), (byte) message.length});
            out.write(message);
        }
        return out.toByteArray();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
