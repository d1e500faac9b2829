package io.linksocks.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Slice;
import io.linksocks.util.Threads;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server's end against a peer that sends any bytes. */
@Timeout(240)
class ServerWebSocketTest {
    private static final String REQUEST = "GET /socket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    private static final String KEY = "00000000";

    private Loopback loopback;
    private Socket socket;
    private InputStream in;
    private ServerWebSocket server;

    @BeforeEach
    void open() throws Exception {
        loopback = new Loopback();
        socket = new Socket(InetAddress.getLoopbackAddress(), loopback.port());
        socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
        in = new BufferedInputStream(socket.getInputStream());
        String head = "";
        while (!head.endsWith("\r\n\r\n")) {
            head += (char) in.read();
        }
        assertTrue(head.startsWith("HTTP/1.1 101 "));
        server = loopback.accepted();
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
        loopback.close();
    }

    private void write(String digits) throws IOException {
        socket.getOutputStream().write(FrameKit.hex(digits));
    }

    private String read() throws IOException {
        return FrameKit.show(new FrameReader(in, FrameKit.UNMASKED, Link.MESSAGE_LIMIT).read());
    }

    @Test
    void sendingDoesNotBlockWhileTheLinkIsReadyThoughThePeerReadsNothing() throws IOException {
        Slice message = new Slice(new byte[200], 100, 100);
        int sent = 0;
        while (server.isReady(server.written(), message.length())) {
            server.send(message);
            sent++;
        }
        assertTrue(sent > 0);
        assertTrue(server.isReady(0, message.length()), "once all is confirmed");
    }

    @ParameterizedTest
    @CsvSource({
        "1002, 82 01 aa",
        "1002, c2 80" + KEY,
        "1002, 83 80" + KEY,
        "1003, 81 81" + KEY + "41",
        "1003, 01 80" + KEY,
        "1007, 88 83" + KEY + "03e8ff",
        "1009, 82 ff 0000000002000001" + KEY,
        "1002, 88 81" + KEY + "03"
    })
    void aViolationIsAnsweredWithItsCode(int code, String digits) throws Exception {
        write(digits + "0102030405");
        CompletableFuture<Integer> failure = new CompletableFuture<>();
        Threads.start("receiver", () -> failure.complete(
                assertThrows(WebSocketException.class, () -> server.receive()).code()));
        assertTrue(read().startsWith("CLOSE " + code + " "));
        assertEquals(-1, in.read(), "nothing after a Close");
        socket.close();
        assertEquals(code, failure.get());
        assertNull(server.receive());
    }

    @ParameterizedTest
    @CsvSource({"CLOSE 1000, 88 82" + KEY + "03e8", "CLOSE 3999, 88 83" + KEY + "0f9f41", "CLOSE 1005, 88 80" + KEY})
    void aCloseIsAnsweredWithItsOwnCode(String answer, String digits) throws IOException {
        write("82 81" + KEY + "aa" + digits);
        assertArrayEquals(new byte[] {(byte) 0xaa}, server.receive().toBytes());
        assertNull(server.receive());
        assertEquals(answer, read().strip());
        assertEquals(-1, in.read());
    }

    @Test
    void aMessageMayHaveALimitOfItsOwn() throws IOException {
        write("82 8a" + KEY + "00".repeat(10) + "82 8b" + KEY + "00".repeat(11));
        assertEquals(10, server.receive(10).length());
        assertEquals(11, server.receive().length());
        write("82 fe 1000" + KEY);
        assertThrows(WebSocketException.class, () -> server.receive(10));
    }

    @Test
    void pingsAreAnsweredEvenBetweenFragments() throws IOException {
        write("02 81" + KEY + "aa" + "89 82" + KEY + "0102" + "80 81" + KEY + "bb");
        assertArrayEquals(FrameKit.hex("aabb"), server.receive().toBytes());
        assertEquals("PONG 0102", read());
    }

    @Test
    void aPongPrecedesTheMessagesSentAfterItsPing() throws IOException {
        write(("89 81" + KEY + "01").repeat(2) + "82 81" + KEY + "aa");
        server.send(FrameKit.withHeadroom(server.receive().toBytes()));
        FrameReader reader = new FrameReader(in, FrameKit.UNMASKED, Link.MESSAGE_LIMIT);
        assertEquals("PONG 01", FrameKit.show(reader.read()));
        assertEquals("PONG 01", FrameKit.show(reader.read()));
        assertEquals("BINARY aa", FrameKit.show(reader.read()));
    }

    /** The peer reads nothing, a sender is stuck, and still the receiver goes on and answers the newest pings later. */
    @Test
    void theReceiverNeverWaitsForAWrite() throws Exception {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        byte[] large = new byte[Link.MESSAGE_LIMIT];
        Threads.start("sender", () -> {
            try {
                server.send(FrameKit.withHeadroom(large));
                sent.complete(null);
            } catch (IOException e) {
                sent.completeExceptionally(e);
            }
        });
        in.mark(1);
        assertEquals(0x82, in.read());
        in.reset();
        for (int i = 0; i < 1000; i++) {
            write("89 82" + KEY + "%04x".formatted(i) + "82 82" + KEY + "%04x".formatted(i));
            assertEquals(i, server.receive().toBuffer().getShort());
        }
        assertTrue(!sent.isDone());
        FrameReader reader = new FrameReader(in, FrameKit.UNMASKED, Link.MESSAGE_LIMIT);
        assertArrayEquals(large, ((FrameEvent.Message) reader.read()).data().toBytes());
        sent.get();
        for (int i = 1000 - 16; i < 1000; i++) {
            assertEquals("PONG %04x".formatted(i), FrameKit.show(reader.read()));
        }
    }

    @Test
    void closeSendsItsCodeAndWaitsForTheAnswer() throws Exception {
        Thread closing = Threads.start("closing", () -> server.close(CloseCode.GOING_AWAY, "bye"));
        assertEquals("CLOSE 1001 bye", read());
        write("82 81" + KEY + "aa" + "88 82" + KEY + "03e9");
        assertEquals(-1, in.read());
        closing.join();
        assertNull(server.receive());
    }

    @Test
    void anEndWithoutCloseIsAnError() throws IOException {
        socket.close();
        assertThrows(IOException.class, () -> server.receive());
    }

    @Test
    void foreignPongsMeasureNothing() throws IOException {
        write("8a 80" + KEY + "8a 88" + KEY + "0000000000000000" + "82 80" + KEY);
        assertEquals(0, server.receive().length());
        assertEquals(0, server.roundTrip());
    }

    @Test
    void aBadHandshakeGetsAnHttpAnswer() throws IOException {
        try (Socket other = new Socket(InetAddress.getLoopbackAddress(), loopback.port())) {
            other.getOutputStream().write(REQUEST.replace("13", "12").getBytes(StandardCharsets.US_ASCII));
            other.shutdownOutput();
            String answer = new String(other.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(answer.startsWith("HTTP/1.1 426 ") && answer.contains("Sec-WebSocket-Version: 13\r\n"), answer);
        }
    }
}
