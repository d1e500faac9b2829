package io.linksocks.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ResponseTest {
    private static final Instant NOW = Instant.parse("1994-11-06T08:49:37Z");

    @Test
    void encodes() {
        Response response = Response.text(200, "ä\n").with("X-A", "b");
        String head = "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 3\r\nX-A: b\r\n";
        assertEquals(head + "\r\nä\n", new String(response.encode(false, false, NOW), StandardCharsets.UTF_8));
        assertEquals(head + "Connection: close\r\n\r\n", new String(response.encode(true, true, NOW), StandardCharsets.UTF_8));
    }

    @Test
    void refusesFieldsThatWouldBreakOut() {
        Response response = Response.of(200, "application/json", "{}");
        assertThrows(IllegalArgumentException.class, () -> response.with("X", "a\r\nSet-Cookie: b"));
        assertThrows(IllegalArgumentException.class, () -> response.with("X: a", "b"));
        assertThrows(IllegalArgumentException.class, () -> response.with("", "b"));
    }
}
