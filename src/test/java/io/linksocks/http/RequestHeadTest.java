package io.linksocks.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadTest {
    private static InputStream in(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static RequestHead read(String text) throws IOException {
        InputStream in = in(text);
        RequestHead head = RequestHead.read(in);
        assertEquals(0, in.available(), "nothing left over");
        return head;
    }

    private static int refusal(String text) {
        return assertThrows(HttpException.class, () -> RequestHead.read(in(text)), text).status();
    }

    @Test
    void readsAHead() throws IOException {
        RequestHead head = read(
                "GET /a%20b/%C3%A4?x=1+2&y&x=3&=z HTTP/1.1\r\nHost: example:80\r\nX-Two: a\r\nx-two:\tb \r\nEmpty:\r\n\r\n");
        assertEquals("GET", head.method());
        assertEquals("/a b/ä", head.path());
        assertEquals(Map.of("x", "1 2", "y", "", "", "z"), head.query());
        assertEquals("a", head.header("x-TWO"));
        assertEquals("[a, b]", head.headers().all("X-Two").toString());
        assertEquals("", head.header("Empty"));
        assertNull(head.header("Missing"));
        assertTrue(head.keepsAlive());
        assertEquals("GET request", head.toString(), "fit for a log");
    }

    @Test
    void leavesWhatFollows() throws IOException {
        InputStream in = in("\r\nGET / HTTP/1.1\r\nHost:\r\n\r\nrest");
        assertEquals("/", RequestHead.read(in).path());
        assertEquals("rest", new String(in.readAllBytes(), StandardCharsets.US_ASCII));
        assertNull(RequestHead.read(in));
    }

    @Test
    void connectionsLiveOnUnlessSaidOtherwise() throws IOException {
        assertFalse(read("GET / HTTP/1.0\r\n\r\n").keepsAlive());
        assertFalse(read("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n").keepsAlive());
        assertTrue(read("GET / HTTP/1.7\r\nHost: a\r\n\r\n").keepsAlive());
    }

    @ParameterizedTest
    @CsvSource({"http://a:80/b?c=d, /b", "HTTPS://a, /", "http://[::1]?c=d, /"})
    void understandsAbsoluteTargets(String target, String path) throws IOException {
        assertEquals(path, read("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n").path());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "b", "*", "/a#b", "/%", "/%4", "/%zz", "/%00", "/%0d", "/%7F", "/%ff", "/\u00e4", "ftp://a/", "http:///b", "://",
        "http://a b/"
    })
    void refusesTargets(String target) {
        assertEquals(400, refusal("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\rHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\u0001b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\u0000b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
        " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / http/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.10\r\nHost: a\r\n\r\n",
        "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    })
    void refusesWhatCouldBeReadInTwoWays(String text) {
        assertEquals(400, refusal(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[fe80::1%eth0]:8765", "[fe80::1%25eth0]", "my_server", "server.example.:80"})
    void takesHostsWithZonesUnderscoresAndTrailingDots(String host) throws IOException {
        assertEquals(host, read("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").header("Host"));
    }

    @Test
    void refusesOtherVersionsAndMethods() {
        assertEquals(505, refusal("PRI * HTTP/2.0\r\n\r\n"));
        assertEquals(501, refusal("BREW / HTTP/1.1\r\nHost: a\r\n\r\n"));
        assertEquals(501, refusal("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    @Test
    void boundsTheHead() throws IOException {
        String start = "GET / HTTP/1.1\r\nHost: a\r\n";
        String full = start + "X: " + "x".repeat(RequestHead.MAX_BYTES - start.length() - 7) + "\r\n\r\n";
        assertEquals(RequestHead.MAX_BYTES, full.length());
        assertNotNull(read(full));
        assertEquals(431, refusal(full.replace("X: ", "X:  ")));
        assertNotNull(read(start + "X: y\r\n".repeat(RequestHead.MAX_FIELDS - 1) + "\r\n"));
        assertEquals(431, refusal(start + "X: y\r\n".repeat(RequestHead.MAX_FIELDS) + "\r\n"));
    }

    @Test
    void everyTruncationIsAnEarlyEnd() throws IOException {
        String text = "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n";
        for (int length = 1; length < text.length(); length++) {
            String part = text.substring(0, length);
            assertThrows(EOFException.class, () -> RequestHead.read(in(part)), part);
        }
    }

    @Test
    void randomBytesOnlyFailAsDeclared() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] valid = "GET /a%20?b=c HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 20_000; i++) {
            byte[] text = valid.clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                text[random.nextInt(text.length)] = (byte) random.nextInt();
            }
            try {
                RequestHead.read(new ByteArrayInputStream(text));
            } catch (HttpException | EOFException e) {
                assertNotNull(e.getMessage());
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }
    }
}
