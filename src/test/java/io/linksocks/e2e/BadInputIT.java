package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;
import io.linksocks.websocket.ConnectOptions;
import io.linksocks.websocket.JdkWebSocket;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Malformed input is counted and affects no other connection (docs/protocol.md, errors). */
@Timeout(240)
class BadInputIT {
    /** So many malformed messages in a row end a connection. */
    private static final int TOO_MANY = 100;
    private static final int[] TRUNCATED_CONNECT = {1, 3, 1, 0};

    private Network network;

    @AfterEach
    void close() {
        network.close();
    }

    private RawPeer admitted() throws Exception {
        network = new Network();
        return RawPeer.byUrl(network.server.port(), network.server.addForwardToken(null), false, null).admitted();
    }

    private static UUID echoChannel(RawPeer peer, Targets.Tcp echo) throws Exception {
        UUID channel = peer.connect(new Endpoint("127.0.0.1", echo.port()));
        assertTrue(peer.expect(Message.ConnectResponse.class).success());
        return channel;
    }

    private static void checkEcho(RawPeer peer, UUID channel) throws Exception {
        peer.sendData(channel, new byte[] {7});
        assertEquals(channel, peer.expect(Message.Data.class).channel());
    }

    @Test
    void malformedMessagesAreDroppedUntilThereAreTooManyInARow() throws Exception {
        try (RawPeer peer = admitted(); Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            UUID channel = echoChannel(peer, echo);
            for (int i = 1; i < TOO_MANY; i++) {
                peer.sendBytes(TRUNCATED_CONNECT);
            }
            checkEcho(peer, channel);
            network.awaitStatus("\"malformed_messages\":" + (TOO_MANY - 1) + ",");
            for (int i = 0; i < TOO_MANY; i++) {
                peer.sendBytes(TRUNCATED_CONNECT);
            }
            peer.expectEnd();
            network.awaitStatus("\"malformed_messages\":" + (2 * TOO_MANY - 1) + ",");
        }
    }

    /** A stream may not have a hole: data that says it is compressed, and is not. */
    @Test
    void dataThatCannotBeDecodedEndsItsChannelOnly() throws Exception {
        try (RawPeer peer = admitted(); Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            UUID other = echoChannel(peer, echo);
            UUID channel = echoChannel(peer, echo);
            peer.send(new Message.Data(Transport.TCP, channel, Compression.GZIP, Slice.of(new byte[] {1, 2, 3}), null, null));
            Message.Disconnect end = peer.expect(Message.Disconnect.class);
            assertEquals(channel, end.channel());
            assertFalse(end.error().isEmpty());
            checkEcho(peer, other);
        }
    }

    @Test
    void whoBeginsWithNonsenseIsTurnedAway() throws Exception {
        network = new Network();
        try (RawPeer peer = RawPeer.open(network.server.port(), "/anything")) {
            peer.sendBytes(TRUNCATED_CONNECT);
            peer.expectEnd();
            network.awaitStatus("\"malformed_messages\":1,");
        }
    }

    @Test
    void aPeerOfAnotherMajorVersionIsToldSo() throws Exception {
        network = new Network();
        URI url = URI.create("ws://127.0.0.1:" + network.server.port() + "/anything");
        JdkWebSocket peer = JdkWebSocket.connect(ConnectOptions.direct(url, Duration.ofSeconds(20)));
        Slice auth = MessageWriter.write(new Message.Auth("a token", false, UUID.randomUUID()));
        byte[] newer = auth.toBytes();
        newer[0] = 0x11;
        peer.send(Slice.of(newer));
        assertNull(peer.receive());
        assertEquals("peer speaks protocol version 1.x, this side 0.x", peer.closeReason());
    }

    @Test
    void whatIsForNobodyIsIgnored() throws Exception {
        try (RawPeer peer = admitted(); Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            peer.sendData(new UUID(1, 2), new byte[] {1});
            peer.sendBytes(1, 0x77, 0);
            checkEcho(peer, echoChannel(peer, echo));
            assertTrue(network.status().contains("\"ignored_messages\":2,"), network.status());
        }
    }

    @Test
    void requestsThatCannotBeRead() throws Exception {
        network = new Network();
        assertTrue(answer(network.server.port(), "nonsense\r\n\r\n").startsWith("HTTP/1.1 400 "));
        String fields = "X: y\r\n".repeat(101);
        assertTrue(answer(network.server.port(), "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n")
                .startsWith("HTTP/1.1 431 "));
        network.awaitStatus("\"requests\":2,");
    }

    @Test
    void socksClientsThatCannotBeUnderstood() throws Exception {
        network = Network.of(Network.Mode.REVERSE);
        assertEquals("", answer(network.socksPort(), "\0\1\0\120"));
        assertEquals("\5\u00ff", answer(network.socksPort(), "\5\1\2"));
        network.awaitStatus("\"socks_handshakes\":2,");
    }

    private static String answer(int port, String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
