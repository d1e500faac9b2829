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
import io.linksocks.access.AddressRange;
import io.linksocks.dial.RelayCounters;
import io.linksocks.protocol.TokenHash;
import io.linksocks.util.QuietPort;
import io.linksocks.util.RecordedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileTokensTest {
    private static final int POLICY_VIOLATION = 1008;

    @TempDir
    Path folder;
    private final TokenRegistry tokens = new TokenRegistry(LinkSocksServer.builder().socksHost("127.0.0.1").options(),
            new AccessConfig(AccessPolicy.OPEN, AccessPolicy.OPEN, new RelayCounters()), new ServerCounters(() -> null));
    private FileTokens file;

    @AfterEach
    void close() {
        file.close();
        tokens.close(POLICY_VIOLATION, "end of test");
    }

    private void start(String text) throws IOException {
        Files.writeString(folder.resolve("tokens"), text);
        file = new FileTokens(folder.resolve("tokens"), tokens, Duration.ZERO);
        file.start();
    }

    private void change(String text) throws IOException {
        Files.writeString(folder.resolve("tokens"), text);
        file.refresh();
    }

    private Token find(String value) {
        return tokens.find(TokenHash.of(value));
    }

    @Test
    void takesAllKindsInAnyOrder() throws IOException {
        start("""
                # those who leave the house
                connector c1 r1   # a comment
                \tforward  f1\r
                reverse r1

                forward f2""");
        assertInstanceOf(Token.Forward.class, find("f1"));
        assertInstanceOf(Token.Forward.class, find("f2"));
        assertSame(find("r1"), ((Token.Connector) find("c1")).group().owner());
        assertEquals(4, tokens.all().size());
    }

    @Test
    void followsTheFile() throws IOException {
        tokens.add(TokenRecord.forward("not of the file"));
        start("forward a\nforward b\nreverse r\nconnector c r\n");
        Token b = find("b");
        Token r = find("r");
        Token c = find("c");
        change("connector c r\nreverse r\nforward b\nforward d\n");
        assertNull(find("a"));
        assertSame(b, find("b"));
        assertSame(r, find("r"));
        assertSame(c, find("c"));
        assertNotNull(find("d"));
        change("# none\n");
        assertEquals(1, tokens.all().size());
    }

    @Test
    void aFileWithoutTokensIsWarnedOfOnceForEachChange() throws IOException {
        try (RecordedLog log = new RecordedLog(FileTokens.class.getName())) {
            String warning = folder.resolve("tokens") + ": there are no tokens in it; it is read again when it changes";
            start("");
            assertEquals(List.of(warning), log.messages(Level.WARNING));
            file.refresh();
            change("forward a\n");
            assertEquals(List.of(warning), log.messages(Level.WARNING));
            change("# none\n\n");
            assertEquals(List.of(warning, warning), log.messages(Level.WARNING));
        }
    }

    @Test
    void settingsFollowTheTokenAndChangeInPlace() throws IOException {
        int port = QuietPort.next();
        start("forward f name=laptop expires=2026-12-31 up=1M down=10MiB quota=100G/day channels=50 clients=3 "
                + "from=10.0.0.0/8,::1 disabled certificate=laptop.example\nreverse r " + port
                + " balance=sticky # best\nconnector c r name=c\n");
        assertEquals(TokenSettings.builder().name("laptop").expires(Instant.parse("2027-01-01T00:00:00Z")).upRate(1 << 20)
                .downRate(10 << 20).quota(new TokenSettings.Quota(100L << 30, TokenSettings.Quota.Period.DAY))
                .maxChannels(50).maxClients(3).disabled(true)
                .sources(List.of(AddressRange.parse("10.0.0.0/8"), AddressRange.parse("::1"))).certificate("laptop.example")
                .build(),
                find("f").account().settings());
        Token before = find("r");
        assertEquals(port, ((ReverseToken) before).port());
        assertEquals(Balance.STICKY, before.account().settings().balance());
        change("forward f\nreverse r " + port + " name=r quota=1T\nconnector c r name=c\n");
        assertEquals(TokenSettings.DEFAULT, find("f").account().settings());
        assertSame(before, find("r"));
        assertEquals(new TokenSettings.Quota(1L << 40, TokenSettings.Quota.Period.MONTH),
                before.account().settings().quota());
        change("forward f\n");
        assertEquals(1, tokens.all().size());
    }

    @Test
    void aReverseTokenWithAnotherPortIsAnotherAndKeepsItsConnectors() throws IOException {
        start("reverse r\nconnector c r\n");
        Token before = find("r");
        change("reverse r " + QuietPort.next() + "\nconnector c r\n");
        assertFalse(before == find("r"));
        assertSame(find("r"), ((Token.Connector) find("c")).group().owner());
    }

    @Test
    void aFileThatCanNotBeReadChangesNothing() throws IOException {
        start("forward a\n");
        change("forward a\nforward b\nnonsense\n");
        assertNotNull(find("a"));
        assertNull(find("b"));
        Files.delete(folder.resolve("tokens"));
        file.refresh();
        assertNotNull(find("a"));
        change("forward b\n" + "#".repeat(1 << 20));
        assertNull(find("b"), "too long a file");
        change("");
        assertNotNull(find("a"), "an empty file");
        change("forward aa");
        assertNull(find("aa"), "a line that may be half a token");
        assertNotNull(find("a"));
        change("forward b\n");
        assertNull(find("a"));
        assertNotNull(find("b"));
    }

    @Test
    void aLineWithoutEffectIsTriedAgain() throws IOException {
        start("forward a\n");
        change("forward a\nconnector c r\nforward b\n");
        assertNull(find("c"));
        assertNotNull(find("b"));
        tokens.add(TokenRecord.reverse(ReverseTokenOptions.builder().token("r").build()));
        file.refresh();
        assertNotNull(find("c"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "forward                     | line 1: expected",
        "forward hunter2 x           | line 1: expected",
        "Forward hunter2             | line 1: expected",
        "hunter2                     | line 1: expected",
        "connector hunter2           | line 1: expected",
        "reverse hunter2 0           | line 1: a port",
        "reverse hunter2 65536       | line 1: a port",
        "reverse hunter2 -1          | line 1: a port",
        "forward x hunter2=1         | line 1: unknown setting; there are name, ",
        "forward x name=a up=fast    | line 1: up: expected a size",
        "forward x quota=1G/week     | line 1: quota: expected day or month",
        "forward x quota=0           | line 1: quota: bytes must be at least 1, not 0",
        "forward x clients=-1        | line 1: clients: expected a number",
        "forward x from=10.0.0.1/33  | line 1: from: \"10.0.0.1/33\" is no address",
        "forward x expires=tomorrow  | line 1: expires: expected a date",
        "reverse x balance=best      | line 1: balance: expected round-robin",
        "forward x disabled hunter2  | line 1: expected",
        "forward x;;reverse hunter2 x  | line 3: a port",
        "forward hunter2;#;forward hunter2 | line 3: same token as in line 1",
        "forward x;connector hunter2 y | line 2: reverse token does not exist",
        "forward anonymous           | line 1: ",
        "forward x;forward hunt\u0001er2 | line 2: a token has no control characters",
        "reverse hunter2\u007f       | line 1: a token has no control characters",
    })
    void errorsNameTheLineAndNoToken(String text, String message) {
        IOException error = assertThrows(IOException.class, () -> start(text.replace(';', '\n')));
        assertTrue(error.getMessage().startsWith(folder.resolve("tokens") + ": " + message), error.getMessage());
        assertFalse(error.getMessage().contains("hunter2"), error.getMessage());
    }
}
