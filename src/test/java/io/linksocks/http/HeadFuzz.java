package io.linksocks.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.fuzz.FuzzTarget;
import io.linksocks.fuzz.Pieces;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Request heads. What is accepted can be read in one way only: it has the same meaning when it is written anew, however it
 * is cut, and its lines end where any other reader thinks they do.
 */
public final class HeadFuzz implements FuzzTarget {
    @Override
    public Outcome run(byte[] input) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(input);
        RequestHead head;
        try {
            head = RequestHead.read(in);
        } catch (HttpException e) {
            assertTrue(e.status() >= 400 && e.status() < 600, "a status that refuses");
            assertEquals(outcome(new Pieces(input)), e.getMessage());
            return Outcome.rejected(e);
        } catch (EOFException e) {
            assertEquals(outcome(new Pieces(input)), e.getMessage());
            return Outcome.rejected(e);
        }
        if (head == null) {
            assertEquals(0, input.length);
            return Outcome.accepted("nothing");
        }
        String consumed = new String(input, 0, input.length - in.available(), StandardCharsets.ISO_8859_1);
        checkLines(consumed);
        assertTrue(consumed.length() <= RequestHead.MAX_BYTES);
        assertTrue(head.headers().fields().size() <= RequestHead.MAX_FIELDS);
        assertEquals(outcome(head), outcome(new Pieces(input)), "in pieces");
        assertEquals(outcome(head), outcome(new ByteArrayInputStream(written(head))), "written anew");
        return Outcome.accepted(head.method() + head.minor() + head.asksForWebSocket() + head.keepsAlive()
                + head.query().size() % 4);
    }

    /** No reader may see a line, a field or an end where ours sees none. */
    static void checkLines(String consumed) {
        assertTrue(consumed.endsWith("\r\n\r\n"));
        String lines = consumed.startsWith("\r\n") ? consumed.substring(2) : consumed;
        assertEquals(lines.length() - 4, lines.indexOf("\r\n\r\n"), "ends at the first empty line");
        String text = lines.replace("\r\n", "");
        assertFalse(text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0 || text.indexOf('\0') >= 0, "bare CR, LF or NUL");
        assertFalse(lines.contains("\n ") || lines.contains("\n\t"), "folded line");
    }

    static byte[] written(RequestHead head) {
        StringBuilder text = new StringBuilder(head.method() + " " + head.target() + " HTTP/1." + head.minor() + "\r\n");
        head.headers().fields().forEach(field -> text.append(field.name()).append(':').append(field.value()).append("\r\n"));
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Object outcome(InputStream in) throws IOException {
        try {
            RequestHead head = RequestHead.read(in);
            return outcome(head);
        } catch (HttpException | EOFException e) {
            return e.getMessage();
        }
    }

    /** All that routes and handlers look at. */
    private static List<Object> outcome(RequestHead head) {
        return List.of(head.method(), head.path(), head.query(), head.minor(), head.headers().fields());
    }

    @Override
    public List<String> dictionary() {
        return List.of("\r\n", "\n", "\r", "\r\n ", "\r\n\r\n", ": ", " HTTP/1.1", " HTTP/1.0", " HTTP/2.0", "Host: ",
                "Host: a\r\n", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Connection: close\r\n",
                "Upgrade: websocket\r\n", "http://", "[fe80::1%25eth0]", "%0d%0a", "%00", "%c0%80", "%ed%a0%80", "%", "?token=",
                "&", "=", "+", "#", "*", "GET ", "OPTIONS * ", "\0", "\u00ff", "\t", "\u000b");
    }
}
