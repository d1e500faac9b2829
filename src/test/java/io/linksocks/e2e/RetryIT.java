package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.http.HttpServer;
import io.linksocks.http.Limits;
import io.linksocks.http.Request;
import io.linksocks.protocol.Features;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.ReverseTokenOptions;
import io.linksocks.util.QuietPort;
import io.linksocks.util.RecordedLog;
import io.linksocks.websocket.ServerWebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client does and says while its server does not serve it. */
@Timeout(240)
class RetryIT {
    private final RecordedLog log = new RecordedLog("io.linksocks.client", Level.FINE);

    @AfterEach
    void stopReading() {
        log.close();
    }

    private static LinkSocksClient start(int port) throws Exception {
        LinkSocksClient client = Tunnels.clientOf(port).threads(2).reconnectDelay(Duration.ofMillis(20)).socks(false).build();
        client.start();
        return client;
    }

    private long lines(Level level, String part) {
        return log.messages(level).stream().filter(message -> message.contains(part)).count();
    }

    @Test
    void theSameFaultIsLoggedOnce() throws Exception {
        try (LinkSocksClient client = start(QuietPort.next())) {
            Await.until("several attempts", () -> lines(Level.FINE, "refused") > 5);
            assertEquals(1, lines(Level.WARNING, "refused"), () -> log.messages().toString());
            assertEquals(1, lines(Level.INFO, "next attempt in"), () -> log.messages().toString());
            assertEquals(0, client.status().connections());
        }
    }

    @Test
    void aConnectorTokenThatIsTakenIsReportedOnce() throws Exception {
        try (LinkSocksServer server = Tunnels.startServer(0)) {
            String token = server.addReverseToken(ReverseTokenOptions.builder().connectorAutonomy(true).build()).token();
            server.addForwardToken("taken already");
            try (LinkSocksClient provider = Tunnels.clientOf(server.port()).token(token).provider()
                    .connectorToken("taken already").reconnectDelay(Duration.ofMillis(20)).build()) {
                provider.start();
                Await.until("several attempts", () -> lines(Level.FINE, "token already exists") > 5);
                assertEquals(1, lines(Level.WARNING, "token already exists"), () -> log.messages().toString());
            }
        }
    }

    @Test
    void theServersPauseIsKept() throws Exception {
        byte[] full = "HTTP/1.1 503 Full\r\nRetry-After: 3000\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (Targets.Tcp server = new Targets.Tcp("127.0.0.1", socket -> {
            socket.getInputStream().read(new byte[1 << 12]);
            socket.getOutputStream().write(full);
        }); LinkSocksClient client = start(server.port())) {
            String pause = "next attempt in 50 min";
            Await.until("two long pauses", () -> lines(Level.INFO, pause) + lines(Level.FINE, pause) == 2);
            assertEquals(0, client.status().connections());
        }
    }

    /** Each would otherwise be replaced at once by another one, without end. */
    @Test
    void sessionsThatAreToLeaveAtOnceHavePausesBetweenThem() throws Exception {
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        HttpServer server = new HttpServer(listener, List.of(), RetryIT::beginAndLeave, Limits.connections(100));
        server.start();
        try (server; LinkSocksClient client = start(listener.getLocalPort())) {
            client.awaitReady(Duration.ofMinutes(1));
            Await.until("several pauses", () -> lines(Level.INFO, "next attempt in") >= 3);
        }
    }

    private static void beginAndLeave(Request request, Socket socket, InputStream in, OutputStream out) throws IOException {
        ServerWebSocket link = ServerWebSocket.accept(request.head(), socket, in, out, "test");
        UUID session = UUID.randomUUID();
        link.send(MessageWriter.write(new Message.AuthResponse(true, "", new Message.Offer(Features.ALL, session, 1 << 18, 60))));
        link.receive();
        link.send(MessageWriter.write(new Message.Begun(session, 0)));
        link.send(MessageWriter.write(new Message.Leave(3600)));
        while (link.receive() != null) {
            // Until the client ends the session.
        }
    }
}
