package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.access.AddressRange;
import io.linksocks.client.LinkSocksClient;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.TokenHash;
import io.linksocks.util.Endpoint;
import io.linksocks.websocket.ConnectOptions;
import io.linksocks.websocket.JdkWebSocket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The limits of strangers and clients, and the reaction beyond them (docs/security.md, limits). */
@Timeout(240)
class LimitsIT {
    private static final int FAILURES = 10;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Network network;

    @AfterEach
    void close() {
        network.close();
    }

    private RawPeer peer(String token) throws IOException {
        return RawPeer.byUrl(network.server.port(), token, false, null);
    }

    /** The status line of the answer to an attempt to come in, and whether a header field says when to come back. */
    private String attempt(String token, String... fields) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", network.server.port())) {
            StringBuilder head = new StringBuilder("GET /socket?token=" + TokenHash.of(token) + " HTTP/1.1\r\nHost: a\r\n"
                    + "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
            for (String field : fields) {
                head.append(field).append("\r\n");
            }
            socket.getOutputStream().write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
            BufferedReader in = new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            String status = in.readLine();
            String when = "";
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                when = line.startsWith("Retry-After: ") ? " " + line : when;
            }
            in.read();
            return status + when;
        }
    }

    // --- room --------------------------------------------------------------------------------------------------------

    @Test
    void oneClientTooMany() throws Exception {
        network = new Network(server -> server.maxClients(2));
        String token = network.server.addForwardToken(null);
        try (RawPeer first = peer(token).admitted(); RawPeer second = peer(token).admitted();
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            network.awaitStatus("\"clients_count\":2");
            assertEquals("HTTP/1.1 503 Service Unavailable Retry-After: 5", attempt(token));
            second.connect(new Endpoint("127.0.0.1", echo.port()));
            assertTrue(second.expect(Message.ConnectResponse.class).success());
            network.awaitStatus("\"clients\":1,");
            first.abort();
            Await.until("room", () -> attemptQuietly(token).startsWith("HTTP/1.1 101 "));
        }
    }

    /** WebSockets without a token are no clients. */
    @Test
    void strangersDoNotTakeThePlacesOfClients() throws Exception {
        network = new Network(server -> server.maxClients(1));
        String token = network.server.addForwardToken(null);
        try (RawPeer first = RawPeer.open(network.server.port(), "/socket");
                RawPeer second = RawPeer.open(network.server.port(), "/socket");
                RawPeer client = peer(token).admitted()) {
            network.awaitStatus("\"clients_count\":1");
            first.send(new Message.Auth(token, false, new UUID(1, 1)));
            first.expectEnd();
            client.connect(new Endpoint("127.0.0.1", 1));
            assertFalse(client.expect(Message.ConnectResponse.class).success());
            Await.until("a counted refusal", () -> !network.status().contains("\"clients\":0,\"con"));
            second.sendBytes(0);
            second.expectEnd();
        }
    }

    /** Without a key not a byte of a body is waited for. */
    @Test
    void aBodyIsNotReadBeforeTheKeyWasShown() throws Exception {
        network = new Network();
        try (Socket socket = new Socket("127.0.0.1", network.server.port())) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream().write(("POST /api/token HTTP/1.1\r\nHost: a\r\nX-API-Key: wrong\r\n"
                    + "Content-Length: 1000000\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertTrue(answer.startsWith("HTTP/1.1 401 "), answer);
        }
    }

    private String attemptQuietly(String token) {
        try {
            return attempt(token);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void aClientThatFindsNoRoomComesBack() throws Exception {
        network = new Network(server -> server.maxClients(1));
        String token = network.server.addForwardToken(null);
        RawPeer before = peer(token).admitted();
        network.awaitStatus("\"clients_count\":1");
        LinkSocksClient client = network.builder(token).build();
        try (client) {
            client.start();
            network.awaitStatus("\"clients\":1,");
            before.abort();
            client.awaitReady(LIMIT);
        }
    }

    @Test
    void oneConnectionTooMany() throws Exception {
        network = new Network(server -> server.maxConnections(1));
        String token = network.server.addForwardToken(null);
        try (RawPeer first = peer(token).admitted()) {
            assertTrue(attempt(token).startsWith("HTTP/1.1 503 "));
            first.abort();
            Await.until("room", () -> attemptQuietly(token).startsWith("HTTP/1.1 101 "));
        }
        Await.until("a counted refusal", () -> statusQuietly().matches("(?s).*\"connections\":[1-9].*"));
    }

    private String statusQuietly() {
        try {
            return network.status();
        } catch (RuntimeException e) {
            return e.toString();
        }
    }

    @Test
    void oneChannelTooMany() throws Exception {
        network = new Network(server -> server.maxChannels(2));
        String token = network.server.addForwardToken(null);
        try (RawPeer peer = peer(token).admitted(); Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            Endpoint target = new Endpoint("127.0.0.1", echo.port());
            for (int i = 0; i < 2; i++) {
                peer.connect(target);
                assertTrue(peer.expect(Message.ConnectResponse.class).success());
            }
            peer.connect(target);
            assertEquals("too many channels", peer.expect(Message.ConnectResponse.class).error());
            network.awaitStatus("\"channels\":1,\"clients\"");
        }
    }

    @Test
    void oneSocksClientTooMany() throws Exception {
        network = Network.of(Network.Mode.REVERSE, server -> server.maxConnections(4), client -> client);
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            Socket[] sockets = new Socket[4];
            // The port was found open by connections that are not quite gone.
            for (int i = 0; i < sockets.length; i++) {
                sockets[i] = connectWhenThereIsRoom(echo.port());
            }
            assertThrows(IOException.class, () -> network.socks().connect("127.0.0.1", echo.port()));
            sockets[0].getOutputStream().write(1);
            assertEquals(1, sockets[0].getInputStream().read());
            Await.until("a counted refusal", () -> !network.status().contains("\"socks_connections\":0,"));
            sockets[0].close();
            sockets[0] = connectWhenThereIsRoom(echo.port());
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private Socket connectWhenThereIsRoom(int port) {
        Socket[] connected = new Socket[1];
        Await.until("room", () -> {
            try {
                connected[0] = network.socks().connect("127.0.0.1", port);
                return true;
            } catch (IOException e) {
                return false;
            }
        });
        return connected[0];
    }

    // --- guessing ----------------------------------------------------------------------------------------------------

    @Test
    void whoGuessesTokensHasToWait() throws Exception {
        network = new Network();
        String token = network.server.addForwardToken(null);
        try (RawPeer established = peer(token).admitted()) {
            for (int i = 0; i < FAILURES; i++) {
                try (RawPeer guess = i % 2 == 0 ? peer("guess " + i)
                        : RawPeer.byMessage(network.server.port(), "guess " + i, false, new UUID(1, i))) {
                    assertEquals("invalid token", guess.expect(Message.AuthResponse.class).error());
                }
            }
            awaitPause(i -> attempt("one more guess " + i),
                    () -> attempt(token).matches("HTTP/1.1 429 Too Many Requests Retry-After: \\d+"));
            awaitPause(i -> attempt("another guess " + i), () -> {
                try (RawPeer slow = RawPeer.open(network.server.port(), "/slow")) {
                    slow.send(new Message.Auth(token, false, new UUID(1, 1)));
                    return !slow.isAdmitted();
                }
            });
            established.connect(new Endpoint("127.0.0.1", 1));
            assertFalse(established.expect(Message.ConnectResponse.class).success());
        }
    }

    @Test
    void whoGuessesKeysHasToWait() throws Exception {
        network = new Network();
        try (HttpClient http = HttpClient.newHttpClient()) {
            int guesses = 0;
            HttpResponse<Void> answer;
            do {
                answer = guessKey(http, "guess " + guesses++);
            } while (answer.statusCode() == 401);
            assertEquals(429, answer.statusCode());
            assertTrue(guesses > FAILURES, "the first pause comes after the tenth");
            long seconds = answer.headers().firstValueAsLong("Retry-After").orElseThrow();
            assertTrue(seconds > 0 && seconds <= 61, "after " + seconds + " s");
            awaitPause(i -> guessKey(http, "another guess " + i), () -> network.status().contains("too many failed attempts"));
        }
    }

    private HttpResponse<Void> guessKey(HttpClient http, String key) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + network.server.port() + "/api/status"))
                .header("X-API-Key", key).build(), HttpResponse.BodyHandlers.discarding());
    }

    /** The pause after a guess is so short that a slow machine may miss it, and needs another guess. */
    private static void awaitPause(Guess guess, Condition condition) {
        AtomicInteger guesses = new AtomicInteger();
        Await.until("a pause", () -> {
            try {
                if (condition.holds()) {
                    return true;
                }
                guess.make(guesses.incrementAndGet());
                return false;
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private interface Guess {
        void make(int number) throws IOException, InterruptedException;
    }

    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    @Test
    void behindATrustedProxyEveryClientIsItsOwn() throws Exception {
        network = new Network(server -> server.trustedProxies(List.of(AddressRange.parse("127.0.0.1"))));
        String token = network.server.addForwardToken(null);
        String guesser = "X-Forwarded-For: 10.6.6.6, 192.0.2.1";
        AtomicInteger counted = new AtomicInteger(FAILURES);
        for (int i = 0; i < FAILURES; i++) {
            assertEquals("HTTP/1.1 101 Switching Protocols", attempt("guess " + i, guesser));
        }
        awaitPause(i -> counted.addAndGet(attempt("one more guess " + i, guesser).contains(" 101 ") ? 1 : 0),
                () -> attempt(token, guesser).startsWith("HTTP/1.1 429 "));
        assertEquals("HTTP/1.1 101 Switching Protocols", attempt(token, "X-Forwarded-For: 192.0.2.1, 192.0.2.2"));
        assertEquals("HTTP/1.1 101 Switching Protocols", attempt(token));
        assertTrue(network.status().contains("\"failed_logins\":" + counted + ","), network.status());
    }

    @Test
    void withoutTrustTheHeaderMeansNothing() throws Exception {
        network = new Network();
        String token = network.server.addForwardToken(null);
        for (int i = 0; i < FAILURES; i++) {
            attempt("guess " + i, "X-Forwarded-For: 192.0.2." + i, "CF-Connecting-IP: 192.0.2." + i);
        }
        awaitPause(i -> attempt("one more guess " + i, "X-Forwarded-For: 192.0.2." + i),
                () -> attempt(token, "X-Forwarded-For: 192.0.2.99").startsWith("HTTP/1.1 429 "));
    }

    @Test
    void aClientIsToldInWords() throws Exception {
        network = new Network(server -> server.maxClients(1));
        String token = network.server.addForwardToken(null);
        try (RawPeer first = peer(token).admitted()) {
            network.awaitStatus("\"clients_count\":1");
            IOException refusal = assertThrows(IOException.class, () -> JdkWebSocket.connect(new ConnectOptions(
                    URI.create("ws://127.0.0.1:" + network.server.port() + "/socket"), Map.of(), LIMIT, Optional.empty(),
                    null)));
            assertTrue(refusal.getMessage().contains("503"), refusal.getMessage());
            first.abort();
        }
    }

    /** A stranger who says that 1 MiB will come is sent away before it does. */
    @Test
    void aStrangerGetsNoMemory() throws Exception {
        network = new Network();
        try (Socket socket = new Socket("127.0.0.1", network.server.port())) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            OutputStream out = socket.getOutputStream();
            out.write(("GET /any HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            out.write(HexFormat.of().parseHex("82ff000000000010000000000000"));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertTrue(answer.contains("\u0003\u00f1"), "closed with 1009");
        }
    }
}
