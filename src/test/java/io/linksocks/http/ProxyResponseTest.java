package io.linksocks.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rest is in {@code HttpProxyIT} and the fuzzer. */
class ProxyResponseTest {
    private static ProxyResponse read(String text, String method) throws IOException {
        return ProxyResponse.read(new ByteArrayInputStream(text.replace("\\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1)),
                method);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "HTTP/1.1 200 OK\\nContent-Length: 7\\n\\n                     | GET  | LENGTH            | true",
        "HTTP/1.1 200 OK\\nContent-Length: 7\\nConnection: Close\\n\\n | GET  | LENGTH            | false",
        "HTTP/1.0 200 OK\\nContent-Length: 7\\n\\n                     | GET  | LENGTH            | false",
        "HTTP/1.1 200\\nTransfer-Encoding: Chunked\\n\\n               | GET  | CHUNKED           | true",
        "HTTP/1.1 200 \\n\\n                                           | GET  | END_OF_CONNECTION | false",
        "HTTP/1.1 200 OK\\nTransfer-Encoding: chunked\\n\\n            | HEAD | NO_BODY           | true",
        "HTTP/1.1 999 \u00C3\u0085\\n\\n                                  | GET  | END_OF_CONNECTION | false",
        "HTTP/1.1 304 No\\nContent-Length: 7\\n\\n                     | GET  | NO_BODY           | true",
    })
    void bodiesEndAsTheStandardHasIt(String head, String method, Framing.Kind kind, boolean keepsAlive) throws IOException {
        ProxyResponse response = read(head, method);
        assertEquals(kind, response.framing().kind());
        assertEquals(keepsAlive, response.keepsAlive());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "HTTP/1.1 200 OK\\nContent-Length: 5\\nContent-Length: 5\\n\\n           | LENGTH            | true",
        "HTTP/1.1 200 OK\\nContent-Length: 5, 5\\n\\n                          | LENGTH            | true",
        "HTTP/1.1  200 OK\\nContent-Length: 5\\n\\n                            | LENGTH            | true",
        "HTTP/1.1 200 OK\\nTransfer-Encoding: chunked\\nContent-Length: 5\\n\\n  | CHUNKED           | false",
        "HTTP/1.1 200 OK\\nTransfer-Encoding: chunked\\nContent-Length: x\\n\\n  | CHUNKED           | false",
        "HTTP/1.1 200 OK\\nTransfer-Encoding: chunked, chunked\\n\\n            | CHUNKED           | false",
        "HTTP/1.1 200 OK\\nTransfer-Encoding: identity\\nContent-Length: 5\\n\\n | LENGTH            | false",
        "HTTP/1.1 200 OK\\nTransfer-Encoding:\\n chunked\\n\\n                  | CHUNKED           | false",
        "HTTP/1.0 200 OK\\nTransfer-Encoding: chunked\\n\\n                     | CHUNKED           | false",
        "HTTP/1.1 200 OK\\nContent-Length: 5\\na b: c\\n\\n                     | LENGTH            | false",
        "HTTP/1.1 200 OK\\nContent-Length: 5\\nX: \u0001\\n\\n                   | LENGTH            | false",
        "ICY 200 OK\\n\\n                                                      | END_OF_CONNECTION | false",
    })
    void nothingFollowsAnAnswerWhoseEndIsInDoubt(String head, Framing.Kind kind, boolean keepsAlive) throws IOException {
        bodiesEndAsTheStandardHasIt(head, "GET", kind, keepsAlive);
        assertEquals(!keepsAlive && kind != Framing.Kind.END_OF_CONNECTION, read(head, "GET").doubtful());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5\\nContent-Length: 6", "Content-Length: 5, 05", "Content-Length: 5\\n 6",
        "Content-Length: 5\u00006", "Content-Length: -1", "Transfer-Encoding: gzip", "Transfer-Encoding: gzip, chunked"})
    void refusesLengthsThatContradictEachOther(String fields) {
        assertEquals(502, assertThrows(HttpException.class, () -> read("HTTP/1.1 200 OK\\n" + fields + "\\n\\n", "GET"))
                .status());
    }

    @Test
    void fieldsAreFoldedOutCleanedOrDropped() throws IOException {
        ProxyResponse response = read("HTTP/1.1 200 O\u0001K\\n lost\\nX: a,\\n\tb\\nX-\u00e9: v\\nno field\\n"
                + "Y: \u0000c\rd\\nContent-Length: 5\\n\\n", "GET");
        assertEquals("HTTP/1.1 200 O K\r\nX: a, b\r\nY: c d\r\nContent-Length: 5\r\nConnection: close\r\n\r\n",
                new String(response.forwarded(response.framing(), true), StandardCharsets.ISO_8859_1));
    }

    @Test
    void boundsTheHead() throws IOException {
        String start = "HTTP/1.1 204 x\r\n";
        assertEquals(500, read(start + "X: y\r\n".repeat(500) + "\r\n", "GET").head().headers().fields().size());
        String full = start + "X: " + "x".repeat(64 * 1024 - start.length() - 7) + "\r\n\r\n";
        assertEquals(1, read(full, "GET").head().headers().fields().size());
        for (String more : new String[] {start + "X: y\r\n".repeat(501) + "\r\n", full.replace("X: ", "X:  ")}) {
            assertEquals(502, assertThrows(HttpException.class, () -> read(more, "GET")).status());
        }
    }
}
