package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.cluster.MemoryCluster;
import io.linksocks.cluster.Node;
import io.linksocks.cluster.UnavailableException;
import io.linksocks.dial.RelayCounters;
import io.linksocks.protocol.TokenHash;
import io.linksocks.util.QuietPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tokens that hold at all servers of a cluster. */
@Timeout(240)
class ClusterTokensTest {
    private final MemoryCluster cluster = new MemoryCluster();
    private final Member a = new Member("a", List.of("all"));
    private final Member b = new Member("b", List.of("all"));

    /** The tokens of one server. */
    private final class Member {
        private final MemoryCluster.Member directory;
        private final TokenRegistry registry;
        private final ClusterTokens tokens;

        Member(String name, List<String> socksPortNodes) {
            this(cluster, name, socksPortNodes, true);
        }

        Member(MemoryCluster joined, String name, List<String> socksPortNodes, boolean socksNoWait) {
            directory = joined.join();
            ServerOptions options = LinkSocksServer.builder().socksNoWait(socksNoWait)
                    .cluster(ClusterSettings.builder(() -> directory)
                    .nodeUrl(URI.create("ws://" + name + ":1")).socksPortNodes(socksPortNodes).build()).options();
            registry = new TokenRegistry(options, new AccessConfig(options.entry(), options.dial(), new RelayCounters()),
                    new ServerCounters(() -> null));
            tokens = new ClusterTokens(registry, directory);
            registry.share(directory);
            directory.start(tokens);
        }

        Token find(String token) {
            return registry.find(TokenHash.of(token));
        }
    }

    private static TokenRecord reverse(String token, int port) {
        return TokenRecord.reverse(ReverseTokenOptions.builder().token(token).port(port).build());
    }

    @Test
    void aTokenHoldsAtAllServersUntilOneRemovesIt() throws IOException {
        String value = a.tokens.add(TokenRecord.forward(null)).value();
        assertEquals("forward", b.find(value).type());
        assertTrue(b.tokens.remove(value));
        assertNull(a.find(value));
        assertNull(b.find(value));
        assertFalse(a.tokens.remove(value));
    }

    @Test
    void theSameTokenTwiceIsRefusedAtAnyServer() throws IOException {
        a.tokens.add(TokenRecord.forward("token"));
        assertThrows(IllegalArgumentException.class, () -> b.tokens.add(reverse("token", QuietPort.next())));
        assertEquals("forward", a.find("token").type());
        assertEquals("forward", b.find("token").type());
    }

    @Test
    void ofTwoServersThatMakeTheSameTokenOneSucceeds() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                String value = "token " + i;
                List<Future<Token>> made = new ArrayList<>();
                for (Member member : List.of(a, b)) {
                    made.add(threads.submit((Callable<Token>) () -> member.tokens.add(TokenRecord.forward(value))));
                }
                long refused = made.stream().filter(ClusterTokensTest::isRefused).count();
                assertEquals(1, refused, value);
                assertEquals("forward", a.find(value).type());
                assertEquals("forward", b.find(value).type());
            }
        }
    }

    private static boolean isRefused(Future<Token> made) {
        try {
            made.get();
            return false;
        } catch (ExecutionException e) {
            return e.getCause() instanceof IllegalArgumentException;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aServerThatStartsLaterHasConnectorTokensWithTheirReverseTokens() throws IOException {
        for (int i = 0; i < 20; i++) {
            a.tokens.add(TokenRecord.reverse(ReverseTokenOptions.builder().token("reverse " + i).build()));
            a.tokens.add(TokenRecord.connector("connector " + i, "reverse " + i));
        }
        Member late = new Member("late", List.of("none"));
        for (int i = 0; i < 20; i++) {
            assertEquals(List.of("connector " + i), ((ReverseToken) late.find("reverse " + i)).connectors().stream()
                    .map(Token.Connector::value).toList());
        }
        assertTrue(b.tokens.remove("reverse 7"));
        assertNull(late.find("connector 7"));
        assertFalse(late.directory.hasToken(TokenHash.of("connector 7")));
    }

    @Test
    void changedSettingsHoldAtAllServersAndTheTokenStaysTheSame() throws IOException {
        a.tokens.add(TokenRecord.forward("token"));
        b.registry.add(TokenRecord.forward("of b"));
        Token here = a.find("token");
        Token there = b.find("token");
        TokenSettings named = TokenSettings.builder().name("laptop").build();
        assertTrue(b.tokens.change("token", before -> named));
        assertTrue(b.tokens.change("of b", before -> named));
        assertFalse(b.tokens.change("unknown", before -> named));
        for (Member member : List.of(a, b)) {
            assertEquals(named, member.find("token").account().settings());
        }
        assertSame(here, a.find("token"));
        assertSame(there, b.find("token"));
        assertEquals(named, b.find("of b").account().settings());
        assertEquals(named, new Member("late", List.of("none")).find("token").account().settings());
    }

    @Test
    void aTokenOfOneServerAloneTakesPrecedence() throws IOException {
        b.registry.add(TokenRecord.forward("token"));
        int port = QuietPort.next();
        a.tokens.add(reverse("token", port));
        assertEquals("forward", b.find("token").type());
        assertEquals("reverse", a.find("token").type());
    }

    @Test
    void withoutTheDirectoryTokensStayAndNoneIsChanged() throws IOException {
        a.tokens.add(TokenRecord.forward("token"));
        b.directory.cutOff();
        assertThrows(UnavailableException.class, () -> b.tokens.add(TokenRecord.forward("another")));
        assertThrows(UnavailableException.class, () -> b.tokens.remove("token"));
        assertNull(b.find("another"));
        assertEquals("forward", b.find("token").type());
        a.tokens.remove("token");
        assertEquals("forward", b.find("token").type());
        b.directory.heal(List.of(TokenHash.of("token")));
        assertNull(b.find("token"));
    }

    @Test
    void aSocksPortThatIsTakenAtOneServerIsNoObstacle() throws IOException {
        Member elsewhere = new Member("c", List.of("a", "b:1"));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThrows(IOException.class, () -> a.tokens.add(reverse("token", port)));
            elsewhere.tokens.add(reverse("token", port));
            ReverseToken here = (ReverseToken) a.find("token");
            assertEquals(port, here.port());
            assertFalse(here.lacksPort(), "nobody needs it yet");
            here.onRemoteProviders(1);
            assertTrue(here.lacksPort());
            ReverseToken there = (ReverseToken) elsewhere.find("token");
            there.onRemoteProviders(1);
            assertFalse(there.lacksPort());
        }
    }

    @Test
    void aServerThatStartsLaterOpensThePortOfProvidersElsewhere() throws IOException {
        MemoryCluster other = new MemoryCluster();
        Member elsewhere = new Member(other, "c", List.of("late"), false);
        int port = QuietPort.next();
        elsewhere.tokens.add(reverse("token", port));
        elsewhere.directory.publish(new Node(7, "c:1", URI.create("ws://c:1"), 1, "1", null));
        elsewhere.directory.publishProviders(TokenHash.of("token"), ReverseToken.SHARED, 1);
        Member late = new Member(other, "late", List.of("late"), false);
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertTrue(client.isConnected());
        } finally {
            late.registry.close(1001, "test ends");
        }
    }

    @Test
    void theHashOfARecordIsThatOfItsToken() throws IOException {
        a.directory.createToken(TokenHash.of("one"), TokenJson.write(TokenRecord.forward("another")));
        assertNull(b.find("one"));
        assertNull(b.find("another"));
    }

    @Test
    void aRecordOfANewerVersionIsLeftOut() throws IOException {
        a.directory.createToken(TokenHash.of("token"), Map.of("type", "sideways", "token", "token"));
        assertNull(b.find("token"));
        assertTrue(b.tokens.remove("token"));
    }
}
