package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Message;
import io.linksocks.util.RecordedLog;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator is told of clients that are refused: in the log, and among the events of the dashboard. */
@Timeout(240)
class RefusalsIT extends HttpApiHarness {
    private final RecordedLog log = new RecordedLog("io.linksocks.server");

    @AfterEach
    void stopReading() {
        log.close();
    }

    private RawPeer peer(String token, boolean reverse) throws Exception {
        return RawPeer.byUrl(network.server.port(), token, reverse, null);
    }

    private void assertRefused(RawPeer peer, String why) throws Exception {
        Message.AuthResponse answer = peer.expect(Message.AuthResponse.class);
        assertFalse(answer.success());
        assertEquals(why, answer.error());
    }

    /** @param text after the address */
    private void assertReported(String kind, String text) throws Exception {
        try (LiveStream live = live()) {
            assertEquals("127.0.0.1 " + text, live.nextText(kind));
        }
        Await.until("a warning", () -> !warnings().isEmpty());
        List<String> warnings = warnings();
        assertEquals(1, warnings.size(), warnings.toString());
        assertTrue(warnings.getFirst().matches("127\\.0\\.0\\.1:\\d+ .*") && warnings.getFirst().endsWith(" " + text),
                warnings.getFirst());
    }

    private List<String> warnings() {
        return log.messages(Level.WARNING);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"disabled\":true             | the token is disabled",
        "\"expires\":\"2020-01-01T00:00:00Z\" | the token expired at 2020-01-01T00:00:00Z",
        "\"sources\":[\"192.0.2.0/24\"]  | the token may not be used from 127.0.0.1"})
    void aRefusedTokenIsReportedByNameWithTheAddress(String setting, String why) throws Exception {
        added("{\"type\":\"forward\",\"token\":\"f\",\"name\":\"branch\"," + setting + "}");
        assertRefused(peer("f", false), why);
        assertReported("limit", "refused with forward token \"branch\": " + why);
        boolean limit = setting.contains("sources");
        network.awaitStatus("\"disabled_tokens\":" + (limit ? 0 : 1) + ",\"token_limits\":" + (limit ? 1 : 0) + ",");
    }

    @Test
    void aClientTooManyIsReportedByItsTokenAndAddress() throws Exception {
        added("{\"type\":\"forward\",\"token\":\"f\",\"name\":\"branch\",\"max_clients\":1}");
        peer("f", false).admitted();
        network.awaitStatus("\"clients_count\":1");
        Await.until("the first is in the log", () -> connected() == 1);
        peer("f", false).expectEnd();
        assertReported("limit", "refused with forward token \"branch\": the token has its limit of 1 client");
        assertEquals(1, connected());
    }

    private long connected() {
        return log.messages(Level.INFO).stream().filter(line -> line.endsWith(" connected")).count();
    }

    @Test
    void aTokenInTheWrongRoleIsReportedByName() throws Exception {
        added("{\"type\":\"forward\",\"token\":\"f\",\"name\":\"branch\"}");
        assertRefused(peer("f", true), "invalid token");
        assertReported("login", "refused with forward token \"branch\": it is not for providers");
    }

    @Test
    void aWrongTokenIsReportedByItsAddress() throws Exception {
        assertRefused(peer("guess", false), "invalid token");
        assertReported("login", "refused: invalid token");
    }

    @Test
    void aWrongKeyIsReportedByItsAddress() throws Exception {
        assertEquals(401, call("GET", "/api/status", null, "guess").statusCode());
        assertReported("login", "refused: invalid API key");
    }
}
