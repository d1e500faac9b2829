package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Message;
import io.linksocks.protocol.TokenHash;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as a guess of a token or key, and who has to wait for the guesses of others behind the same address. */
@Timeout(240)
class GuessingIT extends HttpApiHarness {
    private static final int FAILURES = 10;
    private static final String ADMITTED = "HTTP/1.1 101 Switching Protocols";
    private static final String LIMITED = "HTTP/1.1 429 Too Many Requests";
    private static final String KEY = "X-API-Key: " + Network.API_KEY;

    private String token;

    @BeforeEach
    void addToken() {
        token = network.server.addForwardToken(null);
    }

    /** The status line of the answer. */
    private String get(String target, String... fields) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", network.server.port())) {
            String head = "GET " + target + " HTTP/1.1\r\n" + String.join("\r\n", fields) + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1)).readLine();
        }
    }

    private String logIn(String secret, String... fields) throws IOException {
        return get("/socket?token=" + TokenHash.of(secret), "Host: tunnel.example", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", String.join("\r\n", fields));
    }

    private void guess() throws IOException {
        for (int i = 0; i < FAILURES; i++) {
            assertEquals(ADMITTED, logIn("guess " + i, "B: c"));
        }
    }

    /** The pause after a guess is so short that a slow machine may miss it, and needs another guess. */
    private void awaitPause(String what, Condition condition) {
        AtomicInteger more = new AtomicInteger();
        Await.until(what, () -> {
            try {
                if (condition.holds()) {
                    return true;
                }
                logIn("one more guess " + more.incrementAndGet(), "B: c");
                return false;
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    // --- what is no guess ----------------------------------------------------------------------------------------------

    @Test
    void aRequestWithoutAKeyIsNone() throws Exception {
        for (int i = 0; i < 2 * FAILURES; i++) {
            assertEquals("HTTP/1.1 401 Unauthorized", get("/api/status?" + i, "Host: a", "Sec-Fetch-Site: cross-site"));
            assertEquals("HTTP/1.1 401 Unauthorized", get("/api/status?" + i, "Host: a", "X-API-Key:"));
        }
        assertEquals("HTTP/1.1 200 OK", get("/api/status", "Host: a", KEY));
        assertTrue(network.status().contains("\"failed_logins\":0,"), network.status());
    }

    @Test
    void aMalformedTokenOrARightOneInTheWrongRoleIsNone() throws Exception {
        for (int i = 0; i < FAILURES; i++) {
            RawPeer.open(network.server.port(), "/socket?token=" + i).expectEnd();
            RawPeer.byUrl(network.server.port(), token, true, null).expectEnd();
        }
        assertEquals(ADMITTED, logIn(token, "B: c"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "https://evil.example:8443", "null", "http://tunnel.example.evil.example",
        "http://127.0.0.1"})
    void aPageOfAnotherSiteIsRefusedAndNotCounted(String origin) throws Exception {
        for (int i = 0; i < FAILURES; i++) {
            assertEquals("HTTP/1.1 403 Forbidden", logIn("guess " + i, "Origin: " + origin));
        }
        assertEquals("HTTP/1.1 403 Forbidden", logIn(token, "Origin: " + origin));
        assertEquals(ADMITTED, logIn(token, "B: c"));
    }

    @ParameterizedTest
    @CsvSource({"https://tunnel.example, B: c", "http://Tunnel.Example:8080, B: c",
        "https://front.example, 'X-Forwarded-Host: front.example, middle.example'",
        "https://[2001:db8::1]:1, 'X-Forwarded-Host: [2001:db8::1]'",
        "chrome-extension://abcdef, B: c"})
    void aPageOfTheServersOwnSiteAndAnExtensionMayLogIn(String origin, String more) throws Exception {
        assertEquals(ADMITTED, logIn(token, "Origin: " + origin, more));
    }

    @ParameterizedTest
    @CsvSource({"X-API-Key: right, Authorization: Bearer eyJhbGciOi", "X-API-Key: foreign, Authorization: Bearer right",
        "X-API-Key: right, Authorization: Basic YTpi"})
    void theRightKeyCountsWhateverStandsBesideIt(String own, String other) throws Exception {
        for (int i = 0; i < 2 * FAILURES; i++) {
            assertEquals("HTTP/1.1 200 OK", get("/api/status", "Host: a", own.replace("right", Network.API_KEY),
                    other.replace("right", Network.API_KEY)));
        }
    }

    // --- who has to wait -----------------------------------------------------------------------------------------------

    @Test
    void aStaleClientThatRetriesHoldsUpNobody() throws Exception {
        for (int i = 0; i < 3 * FAILURES; i++) {
            assertEquals(ADMITTED, logIn("outdated", "B: c"));
            assertEquals(ADMITTED, logIn(token, "B: c"));
        }
    }

    @Test
    void aClientThatComesBackDoesNotWaitForTheGuessesOfOthers() throws Exception {
        UUID instance = UUID.randomUUID();
        try (RawPeer here = RawPeer.byUrl(network.server.port(), token, false, instance).admitted()) {
            network.awaitStatus("\"clients_count\":1");
            guess();
            awaitPause("others wait", () -> LIMITED.equals(logIn(token, "B: c")));
            try (RawPeer back = RawPeer.byUrl(network.server.port(), token, false, instance);
                    RawPeer byMessage = RawPeer.byMessage(network.server.port(), token, false, instance)) {
                back.admitted();
                byMessage.admitted();
                here.send(new Message.Fin(UUID.randomUUID()));
            }
        }
    }

    @Test
    void theInstanceOfAClientOpensNothingWithoutItsToken() throws Exception {
        UUID instance = UUID.randomUUID();
        try (RawPeer here = RawPeer.byUrl(network.server.port(), token, false, instance).admitted()) {
            network.awaitStatus("\"clients_count\":1");
            guess();
            AtomicInteger tries = new AtomicInteger();
            awaitPause("what was compared and wrong would be answered at once", () -> {
                String secret = "another guess " + tries.incrementAndGet();
                RawPeer.byMessage(network.server.port(), secret, false, instance).expectEnd();
                return LIMITED.equals(logIn(secret, "B: c"));
            });
            here.send(new Message.Fin(UUID.randomUUID()));
        }
    }
}
