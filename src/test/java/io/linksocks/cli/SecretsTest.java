package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.access.DenyRule;
import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksClientBuilder;
import io.linksocks.client.LinkSocksException;
import io.linksocks.protocol.Features;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageReader;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.TokenHash;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.ReverseTokenOptions;
import io.linksocks.websocket.ConnectOptions;
import io.linksocks.websocket.JdkWebSocket;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that opens a door reaches the log, not even at {@code -dd} and when things go wrong. */
@Timeout(240)
class SecretsTest {
    private static final int EVERYTHING = 2;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Pattern HASH = Pattern.compile("(?i)(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])");

    @TempDir
    Path folder;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final List<String> secrets = new ArrayList<>();
    private LinkSocksServer server;

    @AfterEach
    void quiet() {
        LogHandler.install(System.err, LogHandler.QUIET, LogFormatter.Format.TEXT);
    }

    private String secret(String name) {
        String value = "s3cret-" + name;
        secrets.add(value);
        secrets.add(TokenHash.of(value));
        return value;
    }

    @Test
    void noneIsLogged() throws Exception {
        LogHandler.install(new PrintStream(log, true, StandardCharsets.UTF_8), EVERYTHING, LogFormatter.Format.TEXT);
        Path file = Files.writeString(folder.resolve("tokens"), "forward " + secret("of-file") + "\n");
        try (LinkSocksServer running = LinkSocksServer.builder().host("127.0.0.1").port(0).apiKey(secret("api-key"))
                .denyRules(List.of(DenyRule.parse(":9"))).tokenFile(file).build()) {
            server = running;
            server.start();
            allGoesWell();
            thingsGoWrong();
            server.removeToken("s3cret-reverse");
        }
        LogHandler.flushAll();
        String text = log.toString(StandardCharsets.UTF_8);
        assertTrue(Stream.of(" DEBUG ", " WARN", ": Connect, ", ": ConnectResponse, ").allMatch(text::contains), text);
        for (String secret : secrets) {
            assertFalse(text.contains(secret), () -> secret + " is in the log:\n" + text);
        }
        assertFalse(HASH.matcher(text).find(), () -> "a hash is in the log:\n" + text);
    }

    private void allGoesWell() throws Exception {
        String reverse = secret("reverse");
        int port = server.addReverseToken(ReverseTokenOptions.builder().token(reverse)
                .credentials("alice", secret("socks-password")).build()).port();
        server.addConnectorToken(secret("connector"), reverse);
        String autonomous = secret("autonomous");
        server.addReverseToken(ReverseTokenOptions.builder().token(autonomous).connectorAutonomy(true).build());
        try (LinkSocksClient provider = start(client(reverse).provider());
                LinkSocksClient connector = start(client("s3cret-connector").header("X-Pass", secret("header")));
                LinkSocksClient forward = start(client("s3cret-of-file").socksCredentials("bob", secret("socks-client")));
                LinkSocksClient owner = start(client(autonomous).provider().connectorToken(secret("chosen")))) {
            assertNull(provider.socksAddress());
            owner.addConnectorToken(secret("added"));
            owner.removeConnectorToken("s3cret-added");
            assertEquals(0, ask(connector.socksAddress(), null, null, server.port()));
            assertEquals(0, ask(forward.socksAddress(), "bob", "s3cret-socks-client", server.port()));
            assertEquals(4, ask(forward.socksAddress(), "bob", "s3cret-socks-client", 9));
            assertEquals(-1, ask(forward.socksAddress(), "bob", secret("wrong-password"), server.port()));
            assertEquals(-1, ask(new InetSocketAddress("127.0.0.1", port), "alice", secret("wrong-too"), server.port()));
        }
        resumeByHand();
    }

    private void thingsGoWrong() throws Exception {
        assertEquals(401, status(secret("wrong-key")));
        assertEquals(200, status("s3cret-api-key"));
        for (String path : List.of("/socket", "/other")) {
            try (LinkSocksClient client = client(secret("wrong-token" + path.length()))
                    .url("ws://127.0.0.1:" + server.port() + path + "?k=" + secret("in-query"))
                    .build()) {
                client.start();
                assertThrows(LinkSocksException.class, client::awaitClosed);
            }
        }
        try (LinkSocksClient client = start(client("s3cret-reverse").provider()
                .upstreamProxy(URI.create("socks5://carol:" + secret("proxy") + "@127.0.0.1:1")));
                LinkSocksClient connector = start(client("s3cret-connector"))) {
            assertNull(client.socksAddress());
            assertEquals(4, ask(connector.socksAddress(), null, null, server.port()));
        }
        Link link = raw("/socket?token=" + secret("no-hash"));
        link.receive();
        link.abort();
    }

    /** A client that knows extensions learns its session's id, which is as good as its token. */
    private void resumeByHand() throws Exception {
        Link first = raw("/socket?token=" + TokenHash.of("s3cret-of-file"));
        UUID session = ((Message.AuthResponse) MessageReader.read(first.receive())).offer().session();
        secrets.add(session.toString());
        begin(first, new UUID(0, 0));
        Link second = raw("/socket?token=" + TokenHash.of("s3cret-of-file"));
        second.receive();
        begin(second, session);
    }

    private static void begin(Link link, UUID session) throws IOException {
        link.send(MessageWriter.write(new Message.Begin(session, 0, 1 << 18)));
        link.receive();
        link.abort();
    }

    private Link raw(String target) throws IOException {
        return JdkWebSocket.connect(new ConnectOptions(URI.create("ws://127.0.0.1:" + server.port() + target),
                Map.of(Features.HEADER, Features.ALL.announce()), LIMIT,
                Optional.empty(), null));
    }

    private LinkSocksClientBuilder client(String token) {
        return LinkSocksClient.builder().url("ws://127.0.0.1:" + server.port()).token(token).socksPort(0)
                .environmentProxy(false);
    }

    private static LinkSocksClient start(LinkSocksClientBuilder builder) throws Exception {
        LinkSocksClient client = builder.build();
        client.start();
        client.awaitReady(LIMIT);
        return client;
    }

    private int status(String key) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/api/status"))
                    .header("X-API-Key", key).build(), HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    /** The code of the SOCKS reply; -1 when it did not come so far. */
    private static int ask(InetSocketAddress proxy, String user, String password, int port) throws IOException {
        try (Socket socket = new Socket(proxy.getAddress(), proxy.getPort())) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            socket.getOutputStream().write(new byte[] {5, 1, (byte) (user == null ? 0 : 2)});
            in.readUnsignedShort();
            if (user != null) {
                String login = "\1" + (char) user.length() + user + (char) password.length() + password;
                socket.getOutputStream().write(login.getBytes(StandardCharsets.ISO_8859_1));
                if (in.readUnsignedShort() != 0x0100) {
                    return -1;
                }
            }
            socket.getOutputStream().write(
                    new byte[] {5, 1, 0, 1, 127, 0, 0, 1, (byte) (port >> 8), (byte) port});
            in.readUnsignedByte();
            return in.readUnsignedByte();
        }
    }
}
