package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.access.AccessPolicy;
import io.linksocks.http.Request;
import io.linksocks.http.RequestAccess;
import io.linksocks.http.RequestHead;
import io.linksocks.protocol.TokenHash;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebSocketEntranceTest {
    private static final int GOING_AWAY = 1001;

    private final ServerCounters counters = new ServerCounters(() -> null);
    private final ServerOptions options = LinkSocksServer.builder().options();
    private final AccessConfig access = new AccessConfig(AccessPolicy.OPEN, AccessPolicy.OPEN, counters.relay);
    private final TokenRegistry tokens = new TokenRegistry(options, access, counters);
    private final Clients clients = new Clients(counters, new ServerListener() { });
    private final WebSocketEntrance entrance = new WebSocketEntrance(tokens, access,
            new Gatekeeper(new TrustedProxies(List.of()), new FailureLimiter(System::nanoTime), counters, 1, null), options,
            counters, clients, new Drain(clients, tokens), null, null);
    private final List<String> steps = new ArrayList<>();

    private void enter(String token) throws IOException {
        String text = "GET /socket?token=" + TokenHash.of(token) + " HTTP/1.1\r\nHost: s\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        RequestHead head = RequestHead.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
        InetSocketAddress remote = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        Request request = RequestAccess.of(head, remote, () -> steps.add("trusted"));
        try (Socket socket = new Socket()) {
            entrance.upgrade(request, socket, InputStream.nullInputStream(), new OutputStream() {
                @Override
                public void write(int one) {
                    throw new AssertionError("only whole messages");
                }

                @Override
                public void write(byte[] bytes, int from, int length) {
                    steps.add("told");
                }
            });
        }
    }

    /** The first answer is that to the handshake, the second the one to the token. */
    @Test
    void aClientIsTrustedBeforeItKnows() throws IOException {
        tokens.add(TokenRecord.forward("f"));
        // The session begins, and ends with its connection.
        assertThrows(EOFException.class, () -> enter("f"));
        assertEquals(List.of("told", "trusted", "told"), steps.subList(0, 3));
    }

    @Test
    void aClientThatComesWhileTheServerStopsIsNotToldThatItsTokenIsRemoved() throws IOException {
        tokens.add(TokenRecord.forward("f"));
        clients.stop();
        tokens.close(GOING_AWAY, Clients.STOPS);
        enter("f");
        assertEquals("client 127.0.0.1:1 left: server stops", counters.events.after(0).getLast().text());
    }

    @Test
    void aClientWithAWrongTokenIsNeverTrusted() throws IOException {
        enter("guess");
        assertEquals(0, steps.stream().filter("trusted"::equals).count());
    }
}
