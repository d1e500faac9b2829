package io.linksocks.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.fuzz.FuzzTarget;
import io.linksocks.fuzz.Pieces;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** Request bodies behind their heads: where one ends, which is where the next request begins, is beyond doubt. */
public final class BodyFuzz implements FuzzTarget {
    @Override
    public Outcome run(byte[] input) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(input);
        String pieces = show(new Pieces(input));
        RequestHead head;
        byte[] body;
        int start;
        try {
            head = RequestHead.read(in);
            if (head == null) {
                return Outcome.accepted("nothing");
            }
            start = input.length - in.available();
            body = new Request(head, in, OutputStream.nullOutputStream(), null, null, null).body();
        } catch (HttpException | EOFException e) {
            assertEquals(pieces, e.getMessage());
            return Outcome.rejected(e);
        }
        assertEquals(pieces, show(body, in.available()), "in pieces");
        assertTrue(body.length <= Request.MAX_BODY);
        check(head, body, new String(input, start, input.length - in.available() - start, StandardCharsets.ISO_8859_1));
        return Outcome.accepted(head.method() + head.headers().all("Transfer-Encoding") + Math.min(body.length, 3));
    }

    private static void check(RequestHead head, byte[] body, String consumed) throws IOException {
        boolean chunked = !head.headers().all("Transfer-Encoding").isEmpty();
        List<String> lengths = head.headers().all("Content-Length");
        assertFalse(chunked && !lengths.isEmpty(), "two lengths");
        if (!chunked) {
            assertEquals(lengths.isEmpty() ? 0 : Integer.parseInt(lengths.getFirst()), consumed.length());
            assertArrayEquals(body, consumed.getBytes(StandardCharsets.ISO_8859_1));
            return;
        }
        assertTrue(consumed.endsWith("\r\n"));
        checkFraming(consumed);
        byte[] anew = chunked(body);
        assertArrayEquals(body, new Request(head, new ByteArrayInputStream(anew), OutputStream.nullOutputStream(), null, null,
                null).body());
    }

    /** What is not data has no character that another reader could take for the end of a line (RFC 9112, section 7.1). */
    private static void checkFraming(String consumed) {
        int at = 0;
        int size;
        do {
            int end = consumed.indexOf("\r\n", at);
            String line = consumed.substring(at, end);
            assertTrue(line.chars().allMatch(c -> c == '\t' || c >= ' ' && c != 0x7F), "control character: " + line);
            size = Math.toIntExact(HexFormat.fromHexDigitsToLong(line.split("[; \t]", 2)[0]));
            at = end + 2 + (size == 0 ? 0 : size + 2);
        } while (size > 0);
        String trailers = consumed.substring(at);
        for (String line : trailers.split("\r\n")) {
            assertTrue(line.isEmpty() || line.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\\t\\x20-\\x7e\\x80-\\xff]*"),
                    "trailer: " + line);
        }
    }

    private static byte[] chunked(byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (body.length > 0) {
            out.writeBytes((Integer.toHexString(body.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(body);
            out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static String show(Pieces in) throws IOException {
        try {
            RequestHead head = RequestHead.read(in);
            return head == null ? "" : show(new Request(head, in, OutputStream.nullOutputStream(), null, null, null).body(),
                    in.available());
        } catch (HttpException | EOFException e) {
            return e.getMessage();
        }
    }

    private static String show(byte[] body, int left) {
        return left + " behind " + HexFormat.of().formatHex(body);
    }

    @Override
    public List<String> dictionary() {
        return List.of("\r\n", "\n", "\r", "\r\n\r\n", "0\r\n\r\n", "0\r\n", "5\r\nhello\r\n", "ffffffff\r\n", "7fffffff\r\n",
                ";x=y", "\t", " ", "\u000b", "\u001c", "\0", "Content-Length: 5\r\n", "Content-Length: +5\r\n",
                "Content-Length: 5, 5\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: identity\r\n",
                "Transfer-Encoding: xchunked\r\n", "Transfer-Encoding : chunked\r\n", "Expect: 100-continue\r\n", "HTTP/1.0",
                "POST ", "GET ", "DELETE ", "PUT ");
    }
}
