package io.linksocks.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseHeadTest {
    private static int readStatus(ByteArrayInputStream in) throws IOException {
        return ResponseHead.readFinal(in, "proxy").status();
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.translateEscapes().getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "200 | HTTP/1.1 200 Connection established\\r\\n\\r\\n",
        "200 | HTTP/1.0 200 OK\\r\\n\\r\\n",
        "200 | HTTP/1.1 200\\r\\n\\r\\n",
        "200 | HTTP/1.1  200 OK\\r\\n\\r\\n",
        "200 | ICY 200 OK\\r\\n\\r\\n",
        "204 | HTTP/1.1 204 \\r\\nVia: x\\r\\nA:b\\r\\n\\r\\n",
        "200 | HTTP/1.1 200 OK\\n\\n",
        "200 | HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n",
        "200 | HTTP/1.1 200 OK\\r\\nno field\\r\\nX\\0: a\\rb\\r\\n folded: x\\r\\n: y\\r\\n\\r\\n",
        "200 | HTTP/1.1 200 \u00C3\u0085 \\0\\r\\n\\r\\n",
        "407 | HTTP/1.1 407 Proxy Authentication Required\\r\\nProxy-Authenticate: Basic\\r\\n\\r\\n",
        "502 | HTTP/1.1 100 Continue\\r\\n\\r\\nHTTP/1.1 103 Early Hints\\r\\nLink: x\\r\\n\\r\\n"
            + "HTTP/1.1 502 Bad Gateway\\r\\n\\r\\n",
        "101 | HTTP/1.1 101 Switching Protocols\\r\\n\\r\\n",
    })
    void readsTheStatusAndNothingBehindTheHead(int status, String head) throws IOException {
        ByteArrayInputStream in = stream(head + "\r\n\r\npayload");
        assertEquals(status, readStatus(in));
        assertEquals("\r\n\r\npayload", new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "SSH-2.0-OpenSSH_9.6\\r\\n", "HTTP/2 200\\r\\n", "HTTP/1.1 20\\r\\n", "HTTP/1.1 2000 OK\\r\\n",
        "HTTP/1.1 099 A\\r\\n",
        "http/1.1 200 OK\\r\\n", " HTTP/1.1 200 OK\\r\\n", "\\r\\n", "HTTP/1.1 200OK\\r\\n"
    })
    void refusesWhatIsNotHttp(String line) {
        assertThrows(ProtocolException.class, () -> readStatus(stream(line + "\r\n\r\n")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK\\r\\n", "HTTP/1.1 200 OK\\r\\nA: b\\r\\n\\r"})
    void tellsWhereTheConnectionEnded(String head) {
        assertThrows(EOFException.class, () -> readStatus(stream(head)));
    }

    @Test
    void readsNoMoreThanSixteenKibibytes() throws IOException {
        String start = "HTTP/1.1 200 OK\r\nX: ";
        int room = (16 << 10) - start.length() - 4;
        assertEquals(200, readStatus(stream(start + "x".repeat(room) + "\r\n\r\n")));
        ByteArrayInputStream tooLong = stream(start + "x".repeat(room + 1) + "\r\n\r\n");
        assertThrows(ProtocolException.class, () -> readStatus(tooLong));
        assertThrows(ProtocolException.class,
                () -> readStatus(stream("HTTP/1.1 100 Continue\r\n\r\n".repeat(1000))));
    }
}
