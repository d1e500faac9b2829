package io.linksocks.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.http.HttpServer;
import io.linksocks.http.Limits;
import io.linksocks.http.RequestHead;
import io.linksocks.websocket.ServerWebSocket;
import io.linksocks.wire.WireSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client without extensions, and a server whose first message is damaged on the first connection. */
@Timeout(240)
class FirstMessageTest {
    private static final byte[] ADMITTED = HexFormat.of().parseHex("8203010201");

    private final AtomicInteger dialled = new AtomicInteger();

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "refusal that is too long, 827e4000 010200 0d 696e76616c696420746f6b656e, 16388",
        "admission that is too long, 827e4000 010201, 16388",
        "other message, 8204 01090000, 6",
        "flag without a meaning, 8203 010202, 5",
        "message that is cut, 8201 01, 3",
        "reserved bit, d203 010201, 5",
        "reserved opcode, 8303 010201, 5",
        "masked frame, 8283 00000000 010201, 9",
        "text, 8103 010201, 5"
    })
    void isDroppedAndDialledAgain(String name, String frames, int length) throws Exception {
        byte[] damaged = Arrays.copyOf(HexFormat.of().parseHex(frames.replace(" ", "")), length);
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        HttpServer server = serve(listener, damaged);
        try (server; LinkSocksClient client = client(listener.getLocalPort()).build()) {
            client.start();
            client.awaitReady(Duration.ofSeconds(30));
            assertEquals(2, dialled.get());
        }
    }

    @Test
    void aCloseInItsPlaceIsReportedWithItsReason() throws Exception {
        byte[] close = HexFormat.of().parseHex("880603f566756c6c");
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        HttpServer server = serve(listener, close);
        try (server; LinkSocksClient client = client(listener.getLocalPort()).reconnect(false).build()) {
            client.start();
            String message = assertThrows(LinkSocksException.class, client::awaitClosed).getMessage();
            assertTrue(message.contains("the server closed the connection instead of answering: full"), message);
        }
    }

    /** The client connects once more to find out whether the token has another role; that may not delay its end. */
    @Test
    void aRefusalIsFinalThoughTheServerAnswersNothingMore() throws Exception {
        byte[] refusal = HexFormat.of().parseHex("8211010200 0d 696e76616c696420746f6b656e".replace(" ", ""));
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        HttpServer server = serve(listener, refusal, new byte[0]);
        try (server; LinkSocksClient client = client(listener.getLocalPort()).build()) {
            long began = System.nanoTime();
            client.start();
            LinkSocksException end = assertThrows(LinkSocksException.class, client::awaitClosed);
            assertEquals(LinkSocksException.Kind.INVALID_TOKEN, end.kind(), end.getMessage());
            assertTrue(System.nanoTime() - began < Login.TIMEOUT.toNanos(), "waited as for a login");
            assertEquals(2, dialled.get());
        }
    }

    /** The first connection gets these frames. */
    private HttpServer serve(ServerSocket listener, byte[] first) {
        return serve(listener, first, ADMITTED);
    }

    private HttpServer serve(ServerSocket listener, byte[] first, byte[] others) {
        HttpServer server = new HttpServer(listener, List.of(), (request, socket, in, out) ->
                answer(request.head(), socket, in, out, dialled.incrementAndGet() == 1 ? first : others), Limits.connections(10));
        server.start();
        return server;
    }

    private static LinkSocksClientBuilder client(int port) {
        return LinkSocksClient.builder().environmentProxy(false).url("ws://127.0.0.1:" + port).token("anything")
                .provider()
                .wire(WireSettings.builder().resume(false).flowControl(false).halfClose(false).fairness(false).build())
                .reconnectDelay(Duration.ofMillis(1));
    }

    private static void answer(RequestHead head, Socket socket, InputStream in, OutputStream out, byte[] frames)
            throws IOException {
        ServerWebSocket link = ServerWebSocket.accept(head, socket, in, out, "test");
        out.write(frames);
        out.flush();
        while (link.receive() != null) {
            // Until the client leaves.
        }
    }
}
