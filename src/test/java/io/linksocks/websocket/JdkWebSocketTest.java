package io.linksocks.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.http.HttpServer;
import io.linksocks.http.Limits;
import io.linksocks.http.Request;
import io.linksocks.http.RequestHead;
import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.Link;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client's end against a server that sends any bytes. */
@Timeout(240)
class JdkWebSocketTest {
    /** What the server does once the WebSocket is open. */
    @FunctionalInterface
    private interface Script {
        void run(FrameReader reader, FrameWriter writer, OutputStream out) throws IOException;
    }

    private final CompletableFuture<Script> script = new CompletableFuture<>();
    private final CompletableFuture<Void> played = new CompletableFuture<>();
    private HttpServer server;
    private JdkWebSocket client;

    @BeforeEach
    void open() throws IOException {
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server = new HttpServer(listener, List.of(), this::upgrade, Limits.connections(10));
        server.start();
        URI uri = URI.create("ws://127.0.0.1:" + listener.getLocalPort() + "/");
        client = JdkWebSocket.connect(ConnectOptions.direct(uri, Loopback.TIMEOUT));
    }

    private void upgrade(Request request, Socket socket, InputStream in, OutputStream out) throws IOException {
        RequestHead head = request.head();
        out.write(Handshake.accept(head));
        try {
            script.join().run(new FrameReader(in, FrameKit.MASKED, Link.MESSAGE_LIMIT), new FrameWriter(out), out);
            played.complete(null);
        } catch (IOException | AssertionError e) {
            played.completeExceptionally(e);
        }
    }

    @AfterEach
    void close() {
        client.abort();
        server.close();
    }

    @Test
    void readsFragmentsWithControlFramesBetween() throws Exception {
        script.complete((reader, writer, out) -> {
            out.write(FrameKit.hex("02 01 aa 89 01 07 00 00 8a 00 80 02 bbcc 82 00"));
            assertEquals("PONG 07", FrameKit.show(reader.read()));
            assertEquals("BINARY 01", FrameKit.show(reader.read()));
        });
        assertArrayEquals(FrameKit.hex("aabbcc"), client.receive().toBytes());
        assertEquals(0, client.receive().length());
        client.send(FrameKit.withHeadroom(new byte[] {1}));
        played.get();
    }

    /** Also with a message that does not fit into the buffers of the sockets, so that the interrupt meets the write. */
    @Test
    void anInterruptedThreadSendsToTheEnd() throws Exception {
        script.complete((reader, writer, out) -> {
            for (int length : new int[] {1, 16 << 20}) {
                assertEquals(length, ((FrameEvent.Message) reader.read()).data().length());
            }
        });
        Thread.currentThread().interrupt();
        client.send(FrameKit.withHeadroom(new byte[1]));
        client.send(FrameKit.withHeadroom(new byte[16 << 20]));
        assertTrue(Thread.interrupted());
        played.get();
    }

    @Test
    void aMessageOverTheLimitIsRefused() throws Exception {
        script.complete((reader, writer, out) -> {
            assertThrows(IOException.class, () -> {
                for (int i = 0; i <= Link.MESSAGE_LIMIT >> 20; i++) {
                    writer.frame(false, i == 0 ? Opcode.BINARY : Opcode.CONTINUATION, FrameKit.withHeadroom(new byte[1 << 20]));
                }
                throw new IOException("all written");
            });
            assertEquals("CLOSE 1008 message over 33554432 bytes", FrameKit.show(reader.read()));
        });
        assertEquals(CloseCode.TOO_BIG, assertThrows(WebSocketException.class, client::receive).code());
        played.get();
    }

    @Test
    void textIsRefused() throws Exception {
        script.complete((reader, writer, out) -> {
            out.write(FrameKit.hex("81 01 41"));
            assertEquals("CLOSE 1008 only binary messages are understood", FrameKit.show(reader.read()));
        });
        assertEquals(CloseCode.UNSUPPORTED_DATA, assertThrows(WebSocketException.class, client::receive).code());
        played.get();
    }

    @Test
    void aViolationEndsTheLink() {
        script.complete((reader, writer, out) -> out.write(FrameKit.hex("c2 00")));
        assertThrows(IOException.class, client::receive);
    }

    @Test
    void aCloseIsAnsweredWithItsCode() throws Exception {
        script.complete((reader, writer, out) -> {
            out.write(FrameKit.hex("82 01 aa 88 02 0fa0"));
            assertEquals("CLOSE 4000 ", FrameKit.show(reader.read()));
            assertThrows(EOFException.class, reader::read);
        });
        assertArrayEquals(FrameKit.hex("aa"), client.receive().toBytes());
        assertNull(client.receive());
        client.abort();
        played.get();
    }

    @Test
    void closeSendsItsCode() throws Exception {
        script.complete((reader, writer, out) -> {
            assertEquals("CLOSE 1001 bye", FrameKit.show(reader.read()));
            out.write(FrameKit.hex("88 02 03e9"));
            assertThrows(IOException.class, reader::read);
        });
        client.close(CloseCode.GOING_AWAY, "bye");
        assertNull(client.receive());
        played.get();
    }

    @Test
    void anEndWithoutCloseIsAnError() {
        script.complete((reader, writer, out) -> out.write(FrameKit.hex("82 05 00")));
        assertThrows(IOException.class, client::receive);
    }
}
