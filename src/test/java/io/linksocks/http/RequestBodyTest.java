package io.linksocks.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestBodyTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private String read(String method, String fields, String body) throws IOException {
        String head = method + " / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
        InputStream in = new ByteArrayInputStream((head + body).getBytes(StandardCharsets.ISO_8859_1));
        byte[] read = new Request(RequestHead.read(in), in, out, null, null, null).body();
        assertEquals(0, in.available(), "nothing left over");
        return new String(read, StandardCharsets.ISO_8859_1);
    }

    private int refusal(String method, String fields, String body) {
        return assertThrows(HttpException.class, () -> read(method, fields, body)).status();
    }

    @Test
    void readsByLength() throws IOException {
        assertEquals("hello", read("POST", "Content-Length: 5\r\n", "hello"));
        assertEquals("", read("POST", "Content-Length: 0\r\n", ""));
        assertEquals("x".repeat(Request.MAX_BODY),
                read("PUT", "Content-Length: " + Request.MAX_BODY + "\r\n", "x".repeat(Request.MAX_BODY)));
    }

    /** Such as {@code curl -X POST}, which sends no length (RFC 9112, section 6.3). */
    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "GET"})
    void aRequestWithoutALengthHasNoBody(String method) throws IOException {
        assertEquals("", read(method, "", ""));
    }

    @Test
    void readsChunks() throws IOException {
        String chunked = "Transfer-Encoding: Chunked\r\n";
        assertEquals("hello world", read("POST", chunked, "5\r\nhello\r\n06;a=b\r\n world\r\n0\r\nTrailer: x\r\n\r\n"));
        assertEquals("", read("POST", chunked, "000\r\n\r\n"));
        assertEquals("x".repeat(0x1A), read("POST", chunked, "1a \r\n" + "x".repeat(0x1A) + "\r\n0\r\n\r\n"));
    }

    @Test
    void saysContinueOnlyWhenABodyIsWanted() throws IOException {
        read("POST", "Expect: 100-Continue\r\nContent-Length: 1\r\n", "x");
        assertEquals("HTTP/1.1 100 Continue\r\n\r\n", out.toString(StandardCharsets.US_ASCII));
        out.reset();
        read("POST", "Expect: 100-continue\r\nContent-Length: 0\r\n", "");
        assertEquals(413, refusal("POST", "Expect: 100-continue\r\nContent-Length: 9999999\r\n", ""));
        assertEquals(417, refusal("POST", "Expect: tea\r\nContent-Length: 1\r\n", "x"));
        assertEquals(0, out.size());
    }

    @ParameterizedTest
    @CsvSource({
        "400, Content-Length: 1|Transfer-Encoding: chunked",
        "400, Content-Length: 1|Content-Length: 1",
        "400, Content-Length: -1",
        "400, Content-Length: +1",
        "400, 'Content-Length: 1, 1'",
        "400, Content-Length:",
        "413, Content-Length: 1048577",
        "413, Content-Length: 99999999999999999999",
        "501, Transfer-Encoding: gzip",
        "501, 'Transfer-Encoding: gzip, chunked'",
        "501, Transfer-Encoding: chunked|Transfer-Encoding: chunked",
    })
    void refusesFraming(int status, String fields) {
        assertEquals(status, refusal("POST", fields.replace("|", "\r\n") + "\r\n", "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x\r\n", "\r\n", "-1\r\n", "0x1\r\n", "1\nx", "1\rx", "1\r\nxy\r\n", "0\r\nbad\n", "1;aaa\n",
        " 1\r\nx\r\n0\r\n\r\n", "1\u000b\r\nx\r\n0\r\n\r\n", "1;a\u0000\r\nx\r\n0\r\n\r\n", "0\r\nno colon\r\n\r\n",
        "0\r\nX : y\r\n\r\n", "0\r\nX: y\r\n z\r\n\r\n"})
    void refusesChunks(String body) {
        assertEquals(400, refusal("POST", "Transfer-Encoding: chunked\r\n", body));
    }

    @Test
    void boundsChunks() {
        String chunked = "Transfer-Encoding: chunked\r\n";
        assertEquals(413, refusal("POST", chunked, "fffffff\r\n"));
        assertEquals(413, refusal("POST", chunked, "ffffffff\r\n"));
        String half = Integer.toHexString(Request.MAX_BODY / 2 + 1) + "\r\n" + "x".repeat(Request.MAX_BODY / 2 + 1) + "\r\n";
        assertEquals(413, refusal("POST", chunked, half + half));
        assertEquals(400, refusal("POST", chunked, "1;" + "x".repeat(2000)));
        assertEquals(431, refusal("POST", chunked, "0\r\n" + "X: y\r\n".repeat(RequestHead.MAX_FIELDS + 1)));
    }

    @Test
    void anEarlyEndIsNoBody() {
        assertThrows(EOFException.class, () -> read("POST", "Content-Length: 5\r\n", "hell"));
        assertThrows(EOFException.class, () -> read("POST", "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n"));
        assertThrows(EOFException.class, () -> read("POST", "Transfer-Encoding: chunked\r\n", "5\r\nhe"));
    }

    @Test
    void chunksDoNotBelongToHttp10() {
        InputStream in = new ByteArrayInputStream(
                "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        HttpException e = assertThrows(HttpException.class,
                () -> new Request(RequestHead.read(in), in, out, null, null, null).body());
        assertEquals(400, e.status());
    }
}
