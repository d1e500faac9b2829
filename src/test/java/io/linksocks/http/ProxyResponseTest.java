package io.linksocks.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rest is in {@code HttpProxyIT} and the fuzzer. */
class ProxyResponseTest {
    private static ProxyResponse read(String text, String method) throws IOException {
        return ProxyResponse.read(new ByteArrayInputStream(text.replace("\\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1)), method);
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
