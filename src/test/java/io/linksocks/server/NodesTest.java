package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.cluster.Node;
import io.linksocks.cluster.NodeFolder;
import io.linksocks.protocol.Features;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageReader;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.TokenHash;
import io.linksocks.websocket.ConnectOptions;
import io.linksocks.websocket.JdkWebSocket;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that are found at another server of the host. */
@Timeout(240)
class NodesTest {
    private static final String TOKEN = "a token for tests";
    private static final int WINDOW = 256 << 10;

    @TempDir
    private Path folder;

    private LinkSocksServer owner;
    private LinkSocksServer other;

    /** A client that has logged in, and what the server has offered. */
    private record Login(Link link, Message.Offer offer) {
        Message.Begun begin(UUID session) throws IOException {
            link.send(MessageWriter.write(new Message.Begin(session, 0, WINDOW)));
            return (Message.Begun) MessageReader.read(link.receive());
        }
    }

    @BeforeEach
    void start() throws IOException {
        owner = server();
        owner.addForwardToken(TOKEN);
        other = server();
    }

    @AfterEach
    void stop() {
        owner.close();
        other.close();
    }

    private LinkSocksServer server() throws IOException {
        LinkSocksServer server = LinkSocksServer.builder().host("127.0.0.1").port(0).nodeDirectory(folder.resolve("nodes"))
                .build();
        server.start();
        return server;
    }

    private static Link connect(int port, String path, Map<String, String> headers) throws IOException {
        return JdkWebSocket.connect(new ConnectOptions(URI.create("ws://127.0.0.1:" + port + path), headers,
                Duration.ofSeconds(10), Optional.empty(), null));
    }

    private static Login login(LinkSocksServer server, String token) throws IOException {
        Link link = connect(server.port(), "/socket?reverse=false&token=" + TokenHash.of(token),
                Map.of(Features.HEADER, Features.ALL.announce()));
        return new Login(link, ((Message.AuthResponse) MessageReader.read(link.receive())).offer());
    }

    private static UUID sessionAt(LinkSocksServer server, String token) throws IOException {
        Login login = login(server, token);
        UUID id = login.offer().session();
        assertEquals(id, login.begin(id).session());
        return id;
    }

    @Test
    void idsBeginWithTheTagOfTheirServer() throws IOException {
        other.addForwardToken(TOKEN);
        UUID first = sessionAt(owner, TOKEN);
        UUID second = sessionAt(owner, TOKEN);
        UUID elsewhere = sessionAt(other, TOKEN);
        assertEquals(SessionDirectory.tag(first), SessionDirectory.tag(second));
        assertNotEquals(first, second);
        assertNotEquals(SessionDirectory.tag(first), SessionDirectory.tag(elsewhere));
    }

    @Test
    void aClientResumesItsSessionThroughAnotherServer() throws IOException {
        other.addForwardToken(TOKEN);
        UUID session = sessionAt(owner, TOKEN);
        assertEquals(session, login(other, TOKEN).begin(session).session());
        assertEquals(session, login(other, TOKEN).begin(session).session(), "and once more");
        assertEquals(session, login(owner, TOKEN).begin(session).session(), "and directly");
    }

    @Test
    void anotherTokenDoesNotGetTheSession() throws IOException {
        other.addForwardToken("another token");
        UUID session = sessionAt(owner, TOKEN);
        Login stranger = login(other, "another token");
        assertEquals(stranger.offer().session(), stranger.begin(session).session());
    }

    @Test
    void theSameTokenInAnotherRoleDoesNotGetTheSession() throws IOException {
        String reverse = other.addReverseToken(ReverseTokenOptions.DEFAULT).token();
        other.addConnectorToken(TOKEN, reverse);
        UUID session = sessionAt(owner, TOKEN);
        Login connector = login(other, TOKEN);
        assertEquals(connector.offer().session(), connector.begin(session).session());
    }

    @Test
    void theSessionOfAServerThatIsGoneIsOver() throws IOException {
        other.addForwardToken(TOKEN);
        UUID session = sessionAt(owner, TOKEN);
        owner.close();
        Login late = login(other, TOKEN);
        assertEquals(late.offer().session(), late.begin(session).session());
    }

    @Test
    void aServerWithoutTheFolderAnswersWithItsOffer() throws IOException {
        UUID session = sessionAt(owner, TOKEN);
        try (LinkSocksServer alone = LinkSocksServer.builder().host("127.0.0.1").port(0).build()) {
            alone.addForwardToken(TOKEN);
            alone.start();
            Login login = login(alone, TOKEN);
            assertEquals(login.offer().session(), login.begin(session).session());
        }
    }

    // --- the handshake between servers -------------------------------------------------------------------------------

    private Link nodeLink(UUID session) throws IOException {
        Node node = new NodeFolder(folder.resolve("nodes")).find(SessionDirectory.tag(session)).orElseThrow();
        return connect(node.url().getPort(), NodeLinks.SESSION,
                Map.of("LinkSocks-Nonce", HexFormat.of().formatHex(new byte[NodeKey.NONCE]),
                "LinkSocks-Peer", "192.0.2.1:1"));
    }

    private static byte[] claim(NodeKey key, Link link) throws IOException {
        byte[] nonce = Arrays.copyOf(link.receive().toBytes(), NodeKey.NONCE);
        byte[] name = key.nameOf(new Token.Forward(new TokenAccount(TokenRecord.forward(TOKEN), null), null, null));
        byte[] claim = Arrays.copyOf(name, 2 * NodeKey.PROOF);
        System.arraycopy(key.linkProof(NodeLinks.SESSION, nonce, name, "192.0.2.1:1"), 0, claim, NodeKey.PROOF, NodeKey.PROOF);
        return claim;
    }

    private static void send(Link link, byte[] claim, UUID session) throws IOException {
        byte[] array = new byte[MessageWriter.HEADROOM + claim.length];
        System.arraycopy(claim, 0, array, MessageWriter.HEADROOM, claim.length);
        link.send(new Slice(array, MessageWriter.HEADROOM, claim.length));
        link.send(MessageWriter.write(new Message.Begin(session, 0, WINDOW)));
    }

    private static void assertRefused(Link link, byte[] claim, UUID session) {
        try {
            send(link, claim, session);
            assertEquals(null, link.receive());
        } catch (IOException e) {
            // The server closes as soon as it has read the claim.
            return;
        }
    }

    private NodeKey key() throws IOException {
        return new NodeKey(new NodeFolder(folder.resolve("nodes")).key());
    }

    @Test
    void aLinkWithTheKeyGetsTheSession() throws IOException {
        UUID session = sessionAt(owner, TOKEN);
        Link link = nodeLink(session);
        send(link, claim(key(), link), session);
        assertEquals(session, ((Message.Begun) MessageReader.read(link.receive())).session());
    }

    @Test
    void aLinkWithAnotherKeyIsRefused() throws IOException {
        UUID session = sessionAt(owner, TOKEN);
        Link link = nodeLink(session);
        assertRefused(link, claim(new NodeKey(new byte[32]), link), session);
    }

    /** It publishes itself in the folder, but did not get the key there. */
    @Test
    void aServerWithoutTheKeyGetsNoClient() throws IOException {
        other.addForwardToken(TOKEN);
        Path foreign = folder.resolve("foreign");
        try (LinkSocksServer impostor = LinkSocksServer.builder().host("127.0.0.1").port(0).nodeDirectory(foreign).build()) {
            impostor.addForwardToken(TOKEN);
            impostor.start();
            UUID session = sessionAt(impostor, TOKEN);
            String entry = HexFormat.of().toHexDigits(SessionDirectory.tag(session)) + ".node";
            Files.copy(foreign.resolve(entry), folder.resolve("nodes").resolve(entry));
            Login login = login(other, TOKEN);
            assertEquals(login.offer().session(), login.begin(session).session());
        }
    }

    @Test
    void aReplayedHandshakeIsRefused() throws IOException {
        UUID session = sessionAt(owner, TOKEN);
        Link link = nodeLink(session);
        byte[] claim = claim(key(), link);
        send(link, claim, session);
        assertEquals(session, ((Message.Begun) MessageReader.read(link.receive())).session());
        Link replay = nodeLink(session);
        replay.receive();
        assertRefused(replay, claim, session);
    }

    // --- the folder --------------------------------------------------------------------------------------------------

    @Test
    void aFolderThatOthersCanWriteToIsRefused() throws IOException {
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertTrue(assertThrows(IOException.class, () -> new NodeFolder(open)).getMessage().contains("chmod 700"));
    }

    @Test
    void allServersGetTheSameKeyAndOthersCanNotReadIt() throws IOException {
        Path nodes = folder.resolve("nodes");
        assertEquals(HexFormat.of().formatHex(new NodeFolder(nodes).key()),
                HexFormat.of().formatHex(new NodeFolder(nodes).key()));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(nodes.resolve("key"))));
    }
}
