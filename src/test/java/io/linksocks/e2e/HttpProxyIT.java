package io.linksocks.e2e;

import static io.linksocks.e2e.HttpProxyClient.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.access.AccessRules;
import io.linksocks.session.Waiting;
import io.linksocks.util.Sockets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP at the SOCKS port: tunnels, and requests that are passed on (RFC 9110, RFC 9112). */
@Timeout(240)
class HttpProxyIT {
    private static final String ONE = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1";
    private static final String LAST_CHUNK = "0\r\n\r\n";

    private Tunnels tunnels;

    @AfterEach
    void close() {
        tunnels.close();
    }

    private HttpProxyClient client() throws Exception {
        if (tunnels == null) {
            tunnels = Tunnels.forward();
        }
        return new HttpProxyClient(tunnels.client.socksAddress());
    }

    /** The proxy knows then that the server is gone. */
    private void awaitNoChannels() {
        Waiting.until("no channel", () -> tunnels.client.status().channels() == 0);
    }

    private String answer(String request) throws Exception {
        try (HttpProxyClient client = client()) {
            return client.send(request).rest();
        }
    }

    // --- tunnels -----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1\r\nHost: a\r\n", "HTTP/1.1\r\nHost: a\r\nProxy-Connection: close\r\nContent-Length: 9\r\n",
        "HTTP/1.0\r\n", "HTTP/1.1\r\n"})
    void connects(String version) throws Exception {
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo); HttpProxyClient client = client()) {
            client.send("CONNECT localhost:" + echo.port() + " " + version + "\r\nearly ");
            assertEquals("HTTP/1.1 200 Connection established\r\n\r\n", client.head());
            client.send("later");
            client.socket().shutdownOutput();
            assertEquals("early later", client.rest());
        }
    }

    @Test
    void answersFromInsideTheTunnelComeThroughWithFastOpen() throws Exception {
        tunnels = Tunnels.forward(builder -> builder.fastOpen(true));
        try (HttpTarget target = HttpTarget.answering(ONE); HttpProxyClient client = client()) {
            client.send("CONNECT " + target.authority() + " HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n\r\n");
            assertEquals("HTTP/1.1 200 Connection established\r\n\r\n" + ONE, client.rest());
        }
    }

    // --- requests ----------------------------------------------------------------------------------------------------

    @Test
    void aRequestIsWrittenAnew() throws Exception {
        try (HttpTarget target = HttpTarget.answering("HTTP/1.1 200 Fine\r\nX-a: b\r\nKeep-Alive: 5\r\nConnection: X-hop\r\n"
                + "X-Hop: 1\r\nContent-Length: 2\r\n\r\nok"); HttpProxyClient client = client()) {
            client.send("get http://LOCALHOST:" + target.port() + "?q HTTP/1.1\r\nHost: evil.example\r\nA: 1\r\n"
                    + "Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic eDp5\r\nTE: trailers\r\nTrailer: X\r\n"
                    + "Connection: keep-alive, x-Secret,te\r\nX-Secret: s\r\nKeep-Alive: 1\r\nUpgrade: h2c\r\nB: 2\r\n\r\n");
            assertEquals("HTTP/1.1 200 Fine\r\nX-a: b\r\nContent-Length: 2\r\n\r\n", client.head());
            assertEquals("ok", client.read(2));
            assertEquals("get /?q HTTP/1.1\r\nHost: LOCALHOST:" + target.port() + "\r\nA: 1\r\nB: 2\r\n\r\n", target.next());
        }
    }

    @Test
    void requestsFollowEachOtherOnOneConnection() throws Exception {
        try (HttpTarget first = HttpTarget.counting(); HttpTarget second = HttpTarget.counting();
                HttpProxyClient client = client()) {
            StringBuilder counts = new StringBuilder();
            for (HttpTarget target : new HttpTarget[] {first, first, second, first}) {
                client.send(get(target, "")).head();
                counts.append(client.read(1));
            }
            assertEquals("1211", counts.toString());
            client.send("CONNECT " + first.authority() + " HTTP/1.1\r\nHost: a\r\n\r\n").head();
            client.send("GET / HTTP/1.1\r\n\r\n").head();
            assertEquals("1", client.read(1));
        }
    }

    @Test
    void requestsThatComeAheadAreAnsweredInOrder() throws Exception {
        try (HttpTarget first = HttpTarget.counting(); HttpTarget second = HttpTarget.counting();
                HttpProxyClient client = client()) {
            client.send(get(first, "") + get(second, "") + get(first, "") + get(first, "Connection: close\r\n") + get(first, ""));
            assertEquals("1112", client.rest().replaceAll("(?s)HTTP.*?\r\n\r\n", ""));
        }
    }

    @Test
    void bodiesGoBothWays() throws Exception {
        String body = "x".repeat(100_000);
        try (HttpTarget target = new HttpTarget(connection -> {
            connection.head();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + connection.body(100_000));
            connection.head();
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + connection.bodyUntil(LAST_CHUNK));
        }); HttpProxyClient client = client()) {
            String head = "POST http://" + target.authority() + "/ HTTP/1.1\r\nHost: a\r\n";
            client.send(head + "Content-Length: 100000\r\n\r\n" + body).head();
            assertEquals(body, client.read(100_000));
            client.send(head + "Transfer-Encoding: chunked\r\n\r\n5;extension\r\nhello\r\n");
            client.send("006\r\n world\r\n0\r\nTrailer: x\r\n\r\n");
            assertTrue(client.head().contains("\r\nTransfer-Encoding: chunked\r\n"));
            String chunks = client.until(LAST_CHUNK);
            assertEquals("hello world", chunks.replaceAll("[0-9]+\r\n|\r\n", ""));
        }
    }

    @Test
    void chunksAreTakenApartForHttp10() throws Exception {
        try (HttpTarget target = HttpTarget.answering("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")) {
            String answer = answer("GET http://" + target.authority() + "/ HTTP/1.0\r\nExpect: 100-continue\r\n\r\n");
            assertEquals("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabcde", answer);
            assertEquals("GET / HTTP/1.1\r\nHost: " + target.authority() + "\r\nConnection: close\r\n\r\n", target.next());
        }
    }

    @Test
    void anAnswerUntilTheEndEndsTheConnection() throws Exception {
        try (HttpTarget target = HttpTarget.answering("HTTP/1.0 200 OK\nX : y\n\nall of it")) {
            assertEquals("HTTP/1.1 200 OK\r\nX: y\r\nConnection: close\r\n\r\nall of it", answer(get(target, "")));
        }
    }

    @ParameterizedTest
    @CsvSource({"HEAD, 200", "GET, 304", "GET, 204"})
    void someAnswersHaveNoBody(String method, int status) throws Exception {
        try (HttpTarget target = new HttpTarget(connection -> {
            connection.head();
            connection.send("HTTP/1.1 " + status + " x\r\nContent-Length: 5\r\n\r\n");
            connection.head();
            connection.send(ONE);
        }); HttpProxyClient client = client()) {
            String head = client.send(get(target, "").replace("GET", method)).head();
            assertEquals(status != 204, head.contains("Content-Length: 5"), head);
            client.send(get(target, "")).head();
            assertEquals("1", client.read(1));
        }
    }

    @Test
    void aClientThatAsksFirstIsToldToContinue() throws Exception {
        try (HttpTarget target = new HttpTarget(connection -> {
            connection.head();
            connection.send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
            connection.body(4);
            connection.send(ONE);
        }); HttpProxyClient client = client()) {
            client.send("PUT http://" + target.authority()
                    + "/ HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
            assertEquals("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", client.head());
            assertEquals("HTTP/1.1 100 Continue\r\n\r\n", client.head());
            client.send("body").head();
            assertTrue(target.next().contains("\r\nExpect: 100-continue\r\n"));
            assertEquals("body", target.next());
        }
    }

    /** The server has had enough before the client has said all. */
    @Test
    void anEarlyAnswerArrives() throws Exception {
        try (HttpTarget target = new HttpTarget(connection -> {
            connection.head();
            connection.send("HTTP/1.1 413 Enough\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            connection.socket().close();
        }); HttpProxyClient client = client()) {
            client.send("PUT http://" + target.authority() + "/ HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\nbegin");
            assertTrue(client.head().startsWith("HTTP/1.1 413 Enough\r\n"));
        }
    }

    /** Whether the server ends its connection as it says, or breaks it off. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theRestOfABodyThatIsNotWantedIsNoRequest(boolean reset) throws Exception {
        Semaphore answered = new Semaphore(0);
        try (HttpTarget victim = HttpTarget.answering(ONE); HttpTarget target = new HttpTarget(connection -> {
            connection.head();
            connection.send("HTTP/1.1 413 Enough\r\nContent-Length: 0\r\n" + (reset ? "\r\n" : "Connection: close\r\n\r\n"));
            answered.acquireUninterruptibly();
            if (reset) {
                Sockets.reset(connection.socket());
            }
        }); HttpProxyClient client = client()) {
            client.send("PUT http://" + target.authority() + "/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nbegin");
            assertEquals("HTTP/1.1 413 Enough\r\nContent-Length: 0\r\n\r\n", client.head());
            answered.release();
            awaitNoChannels();
            client.send("never arrives").send(get(victim, "Connection: close\r\n"));
            assertEquals("", client.rest());
            assertTrue(victim.isUntouched());
        }
    }

    @Test
    void aMalformedChunkAfterTheAnswerEndsTheConnection() throws Exception {
        try (HttpTarget target = HttpTarget.counting(); HttpProxyClient client = client()) {
            client.send("POST http://" + target.authority() + "/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .head();
            assertEquals("1", client.read(1));
            client.send("xyz\r\n").send(get(target, "Connection: close\r\n"));
            assertEquals("", client.rest());
        }
    }

    @Test
    void aServerThatClosesAfterItsAnswerIsConnectedAgain() throws Exception {
        try (HttpTarget target = HttpTarget.answering(ONE.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
                HttpProxyClient client = client()) {
            for (int i = 0; i < 3; i++) {
                assertFalse(client.send(get(target, "")).head().contains("Connection"));
                assertEquals("1", client.read(1));
            }
        }
    }

    @Test
    void aServerThatResetsItsConnectionBetweenRequestsIsConnectedAgain() throws Exception {
        Semaphore resets = new Semaphore(0);
        try (HttpTarget target = new HttpTarget(connection -> {
            connection.head();
            connection.send(ONE);
            resets.acquireUninterruptibly();
            Sockets.reset(connection.socket());
        }); HttpProxyClient client = client()) {
            for (int i = 0; i < 3; i++) {
                client.send(get(target, "")).head();
                assertEquals("1", client.read(1));
                resets.release();
                awaitNoChannels();
            }
        }
    }

    @Test
    void aClientThatHasNoMoreToSayIsAnswered() throws Exception {
        try (HttpTarget target = HttpTarget.answering(ONE); HttpProxyClient client = client()) {
            client.send(get(target, ""));
            client.socket().shutdownOutput();
            assertTrue(client.rest().endsWith("\r\n\r\n1"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 10\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nxyz\r\n"})
    void anAnswerThatBreaksOffDoesNotLookComplete(String rest) throws Exception {
        try (HttpTarget target = HttpTarget.answering("HTTP/1.1 200 OK\r\n" + rest); HttpProxyClient client = client()) {
            client.send(get(target, "")).head();
            assertThrows(IOException.class, () -> client.rest());
        }
    }

    @Test
    void anAnswerWhoseEndIsInDoubtIsTheLast() throws Exception {
        try (HttpTarget target = HttpTarget.answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
                + "5\r\nhello\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")) {
            assertEquals("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                    answer(get(target, "")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET http://user:pw@%s/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://%s/#part HTTP/1.1\r\nHost: a\r\n\r\n", "\r\nGET http://%s HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://%s/ HTTP/1.1\n\n"})
    void requestsAreTakenAsProgramsWriteThem(String request) throws Exception {
        try (HttpTarget target = HttpTarget.answering(ONE); HttpProxyClient client = client()) {
            client.send(request.formatted(target.authority())).head();
            assertEquals("1", client.read(1));
            assertEquals("GET / HTTP/1.1\r\nHost: " + target.authority() + "\r\n\r\n", target.next());
        }
    }

    @Test
    void bytesOutsideAsciiAndLongHeadsAreSentOn() throws Exception {
        try (HttpTarget target = HttpTarget.answering(ONE); HttpProxyClient client = client()) {
            String cookie = "Cookie: " + "c".repeat(60_000) + "\r\n";
            client.send(get(target, cookie).replace("/x?y HTTP", "/\u00c3\u00bc HTTP")).head();
            assertEquals("GET /\u00c3\u00bc HTTP/1.1\r\nHost: " + target.authority() + "\r\n" + cookie + "\r\n", target.next());
        }
    }

    @Test
    void maxForwardsCountsDownAndEndsHere() throws Exception {
        try (HttpTarget target = HttpTarget.answering(ONE)) {
            String start = "TRACE http://" + target.authority() + "/ HTTP/1.1\r\nHost: a\r\n";
            answer(start + "Max-Forwards: 2\r\nConnection: close\r\n\r\n");
            assertTrue(target.next().contains("\r\nMax-Forwards: 1\r\n"));
            String last = answer(start + "Cookie: secret\r\nMax-Forwards: 0\r\n\r\n");
            assertTrue(last.startsWith("HTTP/1.1 200 OK\r\n") && last.contains("\r\nContent-Type: message/http\r\n"), last);
            assertTrue(last.endsWith("\r\n\r\n" + start + "Max-Forwards: 0\r\n\r\n"), last);
            String options = answer(start.replace("TRACE", "OPTIONS") + "Max-Forwards: 0\r\n\r\n");
            assertTrue(options.startsWith("HTTP/1.1 200 OK\r\n") && options.contains("\r\nContent-Length: 0\r\n"), options);
            assertTrue(target.isUntouched());
        }
    }

    // --- refusals ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "400 | GET http://T/ HTTP/1.1\\nHost: a\\nContent-Length: 4\\nTransfer-Encoding: chunked\\n\\n0\\n\\n",
        "400 | GET http://T/ HTTP/1.1\\nHost: a\\nContent-Length: 4\\nContent-Length: 4\\n\\nbody",
        "400 | GET http://T/ HTTP/1.1\\nHost: a\\nHost: b\\n\\n",
        "400 | GET http://T/ HTTP/1.1\\nHost: a\\n folded\\n\\n",
        "400 | GET http://T/ HTTP/1.0\\nTransfer-Encoding: chunked\\n\\n0\\n\\n",
        "400 | GET http://a\\@T/ HTTP/1.1\\nHost: a\\n\\n",
        "400 | GET http://a@b@T/ HTTP/1.1\\nHost: a\\n\\n",
        "400 | OPTIONS http://T/ HTTP/1.1\\nHost: a\\nMax-Forwards: x\\n\\n",
        "400 | GET http://:80/ HTTP/1.1\\nHost: a\\n\\n",
        "400 | CONNECT T/ HTTP/1.1\\nHost: a\\n\\n",
        "400 | CONNECT localhost HTTP/1.1\\nHost: a\\n\\n",
        "501 | GET https://T/ HTTP/1.1\\nHost: a\\n\\n",
        "501 | GET http://T/ HTTP/1.1\\nHost: a\\nTransfer-Encoding: gzip, chunked\\n\\n",
        "505 | GET http://T/ HTTP/2.0\\nHost: a\\n\\n",
        "404 | GET / HTTP/1.1\\nHost: a\\n\\n",
        "404 | POST /proxy.pac HTTP/1.1\\nHost: a\\nContent-Length: 0\\n\\n",
    })
    void refusesWhatItMustNotPassOn(int status, String request) throws Exception {
        try (HttpTarget target = HttpTarget.counting()) {
            String answer = answer(request.replace("\\n", "\r\n").replace("T/", target.authority() + "/"));
            assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
            assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
            assertTrue(target.isUntouched());
        }
    }

    /** The server never sees an end of the body that is none. */
    @Test
    void aMalformedChunkEndsTheRequest() throws Exception {
        try (HttpTarget target = new HttpTarget(connection -> {
            connection.head();
            connection.bodyToItsEnd();
        }); HttpProxyClient client = client()) {
            client.send("POST http://" + target.authority()
                    + "/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            assertTrue(target.next().startsWith("POST "));
            client.send("xyz\r\n0\r\n\r\n");
            assertTrue(client.head().startsWith("HTTP/1.1 400 "));
            String body = target.next();
            assertFalse(body.contains(LAST_CHUNK), body);
        }
    }

    @Test
    void aBodyThatEndsEarlyIsTold() throws Exception {
        try (HttpTarget target = HttpTarget.counting(); HttpTarget patient = new HttpTarget(connection -> {
            connection.head();
            connection.bodyToItsEnd();
        }); HttpProxyClient client = client()) {
            client.send(get(target, "")).head();
            client.read(1);
            client.send("PUT http://" + patient.authority() + "/ HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf");
            client.socket().shutdownOutput();
            assertTrue(client.head().startsWith("HTTP/1.1 400 "));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 101 No\r\nUpgrade: websocket\r\n\r\n"})
    void whatIsNoAnswerIsABadGateway(String answer) throws Exception {
        try (HttpTarget target = HttpTarget.answering(answer)) {
            String told = answer(get(target, ""));
            assertTrue(told.startsWith("HTTP/1.1 502 Bad Gateway\r\n"), told);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereThereIsNoWayTheReasonIsTold(boolean fastOpen) throws Exception {
        tunnels = Tunnels.forward(builder -> builder.fastOpen(fastOpen));
        String answer = answer("GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: a\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 502 Bad Gateway\r\n") && answer.contains("refused"), answer);
        String headless = answer("HEAD http://127.0.0.1:1/ HTTP/1.1\r\nHost: a\r\n\r\n");
        assertTrue(headless.endsWith("\r\n\r\n"), headless);
    }

    @Test
    void aRuleIsToldAsForbidden() throws Exception {
        tunnels = Tunnels.forward(builder -> builder.accessRules(AccessRules.parse(List.of("127.0.0.1:1"))));
        for (String request : new String[] {"GET http://127.0.0.1:2/", "CONNECT 127.0.0.1:2"}) {
            String answer = answer(request + " HTTP/1.1\r\nHost: a\r\n\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 403 Forbidden\r\n") && answer.contains("access rules"), answer);
        }
    }

    // --- login, configuration ----------------------------------------------------------------------------------------

    @Test
    void aLoginIsAskedForAndChecked() throws Exception {
        tunnels = Tunnels.forward(builder -> builder.socksCredentials("alice", "s:cret\u00e4"));
        try (HttpTarget target = HttpTarget.counting(); HttpProxyClient client = client()) {
            for (String wrong : new String[] {"", "Basic !!!", "Basic " + base64("alice:wrong"),
                    "Bearer " + base64("alice:s:cret\u00e4")}) {
                String answer = answer(get(target, wrong.isEmpty() ? "" : "Proxy-Authorization: " + wrong + "\r\n"));
                assertTrue(answer.startsWith("HTTP/1.1 407 "), answer);
                assertTrue(answer.contains("\r\nProxy-Authenticate: Basic realm=\"LinkSocks\""), answer);
            }
            assertTrue(target.isUntouched());
            String right = "Proxy-Authorization: basic " + base64("alice:s:cret\u00e4") + "\r\n";
            client.send(get(target, right)).head();
            assertEquals("1", client.read(1));
            assertFalse(target.next().toLowerCase(Locale.ROOT).contains("proxy-authorization"));
            client.send("CONNECT " + target.authority() + " HTTP/1.1\r\nHost: a\r\n" + right + "\r\n");
            assertTrue(client.head().startsWith("HTTP/1.1 200 "));
        }
        assertTrue(answer("GET /proxy.pac HTTP/1.1\r\nHost: a:1\r\n\r\n").contains("PROXY a:1\""), "needs no login");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"proxy.example:8080, proxy.example:8080", "[::1]:1, [::1]:1", "'a;b', ", "'', "})
    void configuresBrowsers(String host, String expected) throws Exception {
        String answer = answer("GET /proxy.pac?x HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        String address = expected != null ? expected : "127.0.0.1:" + tunnels.client.socksAddress().getPort();
        assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
        assertTrue(answer.contains("\r\nContent-Type: application/x-ns-proxy-autoconfig\r\n"), answer);
        assertTrue(answer.endsWith("function FindProxyForURL(url, host) {\n  return \"PROXY " + address + "\";\n}\n"), answer);
    }
}
