package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.access.AccessPolicy;
import io.linksocks.cluster.UnavailableException;
import io.linksocks.dial.RelayCounters;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.TokenHash;
import io.linksocks.session.ChannelAcceptor;
import io.linksocks.session.MemoryLink;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.Session;
import io.linksocks.session.SessionCounters;
import io.linksocks.session.SessionLimits;
import io.linksocks.session.SessionObserver;
import io.linksocks.util.RecordedLog;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class StoredTokensTest {
    @TempDir
    Path folder;
    private TokenRegistry tokens;
    private StoredTokens stored;

    /** A server's start; the one before ends. */
    private void restart() throws IOException {
        stop();
        prepare();
        stored.start();
    }

    private void prepare() {
        tokens = new TokenRegistry(LinkSocksServer.builder().socksHost("127.0.0.1").options(),
                new AccessConfig(AccessPolicy.OPEN, AccessPolicy.OPEN, new RelayCounters()),
                new ServerCounters(() -> null));
        stored = new StoredTokens(folder.resolve("state"), tokens);
    }

    @AfterEach
    void stop() {
        if (tokens != null) {
            tokens.close(1001, "restart");
        }
    }

    private Token find(String value) {
        return tokens.find(TokenHash.of(value));
    }

    @Test
    @Timeout(240)
    void aClientThatIsSlowToEndHoldsUpNoOtherChange() throws Exception {
        restart();
        Token.Forward token = (Token.Forward) stored.add(TokenRecord.forward("slow"));
        CountDownLatch ending = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        token.sessions().add(endingSession(() -> {
            ending.countDown();
            mayEnd.await();
        }));
        CompletableFuture<Boolean> removal = new CompletableFuture<>();
        Threads.start("removal", () -> {
            try {
                removal.complete(stored.remove("slow"));
            } catch (IOException e) {
                removal.completeExceptionally(e);
            }
        });
        ending.await();
        stored.add(TokenRecord.forward("next"));
        assertTrue(stored.remove("next"));
        assertFalse(removal.isDone());
        mayEnd.countDown();
        assertTrue(removal.get());
    }

    private interface Wait {
        void run() throws InterruptedException;
    }

    private static Session endingSession(Wait end) {
        return new Session(MemoryLink.pair("test", 1000).server(), NegotiatedParameters.BASE, SessionLimits.DEFAULT,
                new SessionCounters(), ChannelAcceptor.refuseAll("not here"), new SessionObserver() {
                    @Override
                    public void onMessage(Message message) {}

                    @Override
                    public void onEnd(String reason) {
                        try {
                            end.run();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                });
    }

    @Test
    void tokensOfAllKindsSurviveARestartWithTheirPorts() throws IOException {
        restart();
        String forward = stored.add(TokenRecord.forward(null).with(TokenSettings.builder().name("laptop").build())).value();
        ReverseToken reverse = (ReverseToken) stored.add(TokenRecord.reverse(ReverseTokenOptions.builder().token("r").build()));
        stored.add(TokenRecord.connector("c", "r"));
        restart();
        assertEquals("forward token \"laptop\"", find(forward).name());
        assertEquals(reverse.port(), assertInstanceOf(ReverseToken.class, find("r")).port());
        assertSame(find("r"), assertInstanceOf(Token.Connector.class, find("c")).group().owner());
    }

    @Test
    void aTokenWhosePortIsBusyAtTheStartIsThereAndTakesItWhenItIsFree() throws IOException {
        restart();
        int port = ((ReverseToken) stored.add(TokenRecord.reverse(ReverseTokenOptions.builder().token("r").build()))).port();
        stop();
        ReverseToken reverse;
        try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            prepare();
            stored.start();
            reverse = assertInstanceOf(ReverseToken.class, find("r"));
            assertEquals(other.getLocalPort(), reverse.port());
            assertThrows(IOException.class, reverse::openPort);
        }
        reverse.openPort();
    }

    @Test
    void removedTokensStayRemovedWithThoseThatDependOnThem() throws IOException {
        restart();
        stored.add(TokenRecord.forward("f"));
        stored.add(TokenRecord.reverse(ReverseTokenOptions.builder().token("r").build()));
        stored.add(TokenRecord.connector("c", "r"));
        assertTrue(stored.remove("r"));
        assertFalse(stored.remove("r"));
        restart();
        assertNotNull(find("f"));
        assertNull(find("r"));
        assertNull(find("c"));
    }

    @Test
    void changedSettingsAreStored() throws IOException {
        restart();
        stored.add(TokenRecord.forward("f"));
        tokens.add(TokenRecord.forward("of the file"));
        assertTrue(stored.change("f", before -> before.toBuilder().name("laptop").disabled(true).build()));
        assertTrue(stored.change("of the file", before -> before.toBuilder().name("x").build()));
        assertFalse(stored.change("unknown", before -> before));
        restart();
        assertEquals(TokenSettings.builder().name("laptop").disabled(true).build(), find("f").account().settings());
        assertNull(find("of the file"));
    }

    @Test
    void aTokenThatWasGivenOtherwiseTakesPrecedenceAndTheStoredOneStays() throws IOException {
        restart();
        stored.add(TokenRecord.forward("same"));
        stop();
        prepare();
        tokens.add(TokenRecord.reverse(ReverseTokenOptions.builder().token("same").build()));
        stored.start();
        assertInstanceOf(ReverseToken.class, find("same"));
        restart();
        assertInstanceOf(Token.Forward.class, find("same"));
    }

    @Test
    void aStoredConnectorComesBackWithItsReverseToken() throws IOException {
        restart();
        tokens.add(TokenRecord.reverse(ReverseTokenOptions.builder().token("of the file").build()));
        stored.add(TokenRecord.connector("c", "of the file"));
        restart();
        assertNull(find("c"));
        assertTrue(stored.remove("c"), "although it is not in use");
        assertFalse(stored.remove("c"));
    }

    @Test
    void aTokenThatCanNotBeStoredIsNotAdded() throws IOException {
        restart();
        Files.writeString(folder.resolve("state/tokens.jsonl"), "damaged");
        assertThrows(IOException.class, () -> stored.add(TokenRecord.forward("f")));
        assertNull(find("f"));
    }

    /** A folder with content is where the next version of the file would be written. */
    @Test
    void whatTheDiskDoesNotTakeIsSaidToTheOneWhoAskedAndInTheLog() throws IOException {
        restart();
        stored.add(TokenRecord.forward("f"));
        Path inTheWay = Files.createDirectories(folder.resolve("state/tokens.new/x"));
        try (RecordedLog log = new RecordedLog(StoredTokens.class.getName())) {
            assertThrows(UnavailableException.class, () -> stored.add(TokenRecord.forward("g")));
            assertNull(find("g"));
            assertThrows(UnavailableException.class, () -> stored.change("f", before -> before.toBuilder().name("x").build()));
            assertEquals(TokenSettings.DEFAULT, find("f").account().settings());
            UnavailableException removal = assertThrows(UnavailableException.class, () -> stored.remove("f"));
            assertTrue(removal.getMessage().startsWith("removed until the restart only: tokens can't be stored: "
                    + inTheWay.getParent()), removal.getMessage());
            assertNull(find("f"));
            assertEquals(1, log.messages().size(), log.messages().toString());
        }
        Files.delete(inTheWay);
        restart();
        assertNotNull(find("f"));
        assertTrue(stored.remove("f"));
    }

    @Test
    void aDamagedStoreStopsTheStart() throws IOException {
        restart();
        stored.add(TokenRecord.forward("hunter2"));
        Path file = folder.resolve("state/tokens.jsonl");
        Files.writeString(file, Files.readString(file).replace("\"forward\"", "\"fxrward\""));
        prepare();
        IOException error = assertThrows(IOException.class, stored::start);
        assertTrue(error.getMessage().startsWith(file + " is damaged (token 1: invalid token type); the last good copy is "),
                error.getMessage());
        assertFalse(error.getMessage().contains("hunter2"));
        assertThrows(IOException.class, () -> StoredTokens.check(folder.resolve("state")));
    }
}
