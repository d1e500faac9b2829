package io.linksocks.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Slice;
import io.linksocks.tls.ClientTls;
import io.linksocks.tls.ServerTls;
import io.linksocks.tls.TestAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's end over TLS, against a peer that reads nothing after the handshake. */
@Timeout(240)
class TlsLinkTest {
    private static final String REQUEST = "GET /socket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

    @TempDir
    private Path folder;
    private Loopback loopback;
    private SSLSocket socket;
    private ServerWebSocket server;

    @BeforeEach
    void open() throws Exception {
        TestAuthority authority = new TestAuthority(folder, "authority");
        TestAuthority.Issued issued = authority.issue("server", "localhost");
        loopback = new Loopback(ServerTls.of(issued.certificate(), issued.key(), null)::secure);
        Socket connection = new Socket(InetAddress.getLoopbackAddress(), loopback.port());
        socket = (SSLSocket) ClientTls.DEFAULT.withAuthorities(authority.file()).context().getSocketFactory()
                .createSocket(connection, "localhost", 443, true);
        socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
        assertTrue(readHead(socket.getInputStream()).startsWith("HTTP/1.1 101 "));
        server = loopback.accepted();
    }

    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) in.read());
        }
        return head.toString();
    }

    /** The server first, since the peer would wait for its goodbye. */
    @AfterEach
    void close() throws IOException {
        server.abort();
        socket.close();
        loopback.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 4000})
    void sendingDoesNotBlockWhileTheLinkIsReady(int length) throws IOException {
        Slice message = new Slice(new byte[100 + length], 100, length);
        int sent = 0;
        while (server.isReady(server.written(), length)) {
            server.send(message);
            sent++;
        }
        assertTrue(sent > 0);
        assertTrue(server.isReady(0, length), "once all is confirmed");
    }

    @Test
    void answersOfTlsCountAsWritten() throws IOException {
        long before = server.written();
        socket.startHandshake(); // after the handshake: the peer changes its key, and asks for the same (RFC 8446, section 4.6.3)
        socket.getOutputStream().write(FrameKit.hex("82 81 00000000 41"));
        assertEquals(1, server.receive().length());
        assertTrue(server.written() > before);
    }
}
