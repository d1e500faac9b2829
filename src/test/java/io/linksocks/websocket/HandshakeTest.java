package io.linksocks.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.http.HttpException;
import io.linksocks.http.RequestHead;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandshakeTest {
    /** RFC 6455, section 1.3. */
    private static final String REQUEST = "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n"
            + "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Sec-WebSocket-Protocol: chat, superchat\r\nSec-WebSocket-Version: 13\r\n\r\n";

    private static String accept(String request) throws IOException {
        byte[] bytes = request.getBytes(StandardCharsets.US_ASCII);
        return new String(Handshake.accept(RequestHead.read(new ByteArrayInputStream(bytes))), StandardCharsets.US_ASCII);
    }

    @Test
    void answersTheExampleOfTheRfc() throws IOException {
        assertEquals("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n", accept(REQUEST));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, HEAD",
        "HTTP/1.1, HTTP/1.0",
        "Upgrade: websocket, Upgrade: h2c",
        "'keep-alive, Upgrade', keep-alive",
        "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ",
        "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZQ==",
        "dGhlIHNhbXBsZSBub25jZQ==, ***",
        "Sec-WebSocket-Key, X",
    })
    void refuses(String from, String to) {
        String request = REQUEST.replace(from, to);
        assertEquals(400, assertThrows(HttpException.class, () -> accept(request)).status());
    }

    @ParameterizedTest
    @CsvSource({"Version: 13, Version: 8", "Sec-WebSocket-Version, X"})
    void namesItsVersion(String from, String to) {
        HttpException e = assertThrows(HttpException.class, () -> accept(REQUEST.replace(from, to)));
        assertEquals(426, e.status());
        assertEquals("13", e.response().headers().first("Sec-WebSocket-Version"));
    }

    @Test
    void refusesTwoKeys() {
        String request = REQUEST.replace("\r\n\r\n", "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        assertEquals(400, assertThrows(HttpException.class, () -> accept(request)).status());
    }
}
