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
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Answers that a proxy passes on: however freely they are written, the client reads them in one way. */
public final class ProxyResponseFuzz implements FuzzTarget {
    @Override
    public Outcome run(byte[] input) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(input);
        String pieces = show(new Pieces(input));
        checkOwn(input);
        ProxyResponse response;
        byte[] body;
        try {
            response = ProxyResponse.read(in, "GET");
            if (response == null) {
                assertEquals(0, input.length);
                return Outcome.accepted("nothing");
            }
            body = response.framing().decode(in).readAllBytes();
        } catch (HttpException e) {
            assertEquals(pieces, e.getMessage());
            return Outcome.rejected(e);
        } catch (EOFException e) {
            assertEquals(pieces, e.getMessage());
            return Outcome.rejected(e);
        }
        assertEquals(pieces, show(response, body, in), "in pieces");
        if (!response.head().isSwitch()) {
            checkForwarded(response, body);
        }
        return Outcome.accepted(response.head().status() / 100 + " " + response.framing().kind() + response.keepsAlive()
                + Math.min(body.length, 2));
    }

    /** Who only looks at answers takes whatever can be passed on, up to the same byte. */
    private static void checkOwn(byte[] input) throws IOException {
        ByteArrayInputStream own = new ByteArrayInputStream(input);
        String seen = null;
        try {
            seen = show(ResponseHead.readFinal(own, "proxy"));
        } catch (ProtocolException | EOFException e) {
            assertTrue(e.getMessage().startsWith("proxy"), e.getMessage());
        }
        ByteArrayInputStream in = new ByteArrayInputStream(input);
        try {
            ResponseHead head = ResponseHead.read(new HeadLines(in, HeadLines.Rules.FORWARDED_ANSWER));
            while (head != null && head.isInterim()) {
                head = ResponseHead.read(new HeadLines(in, HeadLines.Rules.FORWARDED_ANSWER));
            }
            if (head != null && input.length - in.available() <= HeadLines.Rules.OWN_ANSWER.maxBytes) {
                assertEquals(show(head) + in.available(), seen + own.available());
            }
        } catch (HttpException | EOFException e) {
            assertTrue(seen == null || e instanceof HttpException, "where an answer ends is the same for both");
        }
    }

    private static String show(ResponseHead head) {
        return head.status() + head.reason() + head.minor() + head.headers().fields();
    }

    private static void checkForwarded(ProxyResponse response, byte[] body) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(response.forwarded(response.framing(), false));
        HeadFuzz.checkLines(all.toString(StandardCharsets.ISO_8859_1));
        if (all.size() > HeadLines.Rules.FORWARDED_ANSWER.maxBytes) {
            return; // written out, line ends and blanks may need more room than they came in
        }
        Framing.UNTIL_END.copy(new ByteArrayInputStream(body), response.framing(), all);
        ByteArrayInputStream in = new ByteArrayInputStream(all.toByteArray());
        ProxyResponse next = ProxyResponse.read(in, "GET");
        assertEquals(List.of(response.head().status(), response.framing()), List.of(next.head().status(), next.framing()));
        assertFalse(next.doubtful(), "one way to read it");
        assertTrue(next.head().headers().all("Content-Length").size()
                + next.head().headers().all("Transfer-Encoding").size() <= 1);
        assertFalse(response.doubtful() && response.keepsAlive(), "nothing follows what is in doubt");
        assertArrayEquals(body, next.framing().decode(in).readAllBytes());
        assertEquals(0, in.available(), "nothing behind it");
        assertTrue(next.head().headers().all("Connection").isEmpty());
    }

    private static String show(InputStream in) throws IOException {
        try {
            ProxyResponse response = ProxyResponse.read(in, "GET");
            return response == null ? "" : show(response, response.framing().decode(in).readAllBytes(), in);
        } catch (HttpException | EOFException e) {
            return e.getMessage();
        }
    }

    private static String show(ProxyResponse response, byte[] body, InputStream in) throws IOException {
        return show(response.head()) + response.framing() + new String(body, StandardCharsets.ISO_8859_1) + in.available();
    }

    @Override
    public List<String> dictionary() {
        return List.of("\r\n", "\n", "\r", "\r\n\r\n", "\n\n", "HTTP/1.1 200 OK\r\n", "HTTP/1.0 404 \n", "HTTP/1.1 100 x\r\n\r\n",
                "HTTP/1.1 304 x\r\n", "HTTP/1.1 101 x\r\n", "HTTP/1.1 999 \u0085\r\n", "HTTP/2 200\r\n", "Content-Length: 5\r\n",
                "Content-Length: 5, 5\r\n", "Content-Length: 6\r\n", "Content-Length: 5\u0001\r\n", "ICY 200 OK\r\n",
                "HTTP/1.1  200 OK\r\n", "Transfer-Encoding: identity\r\n", "Transfer-Encoding: chunked, chunked\r\n",
                "Transfer-Encoding:\r\n chunked\r\n", "a b: c\r\n", "Transfer-Encoding: chunked\r\n",
                "Transfer-Encoding: gzip\r\n", "Connection: close\r\n", "Connection: content-length\r\n", "X : y\r\n",
                " folded\r\n", "5\r\nhello\r\n", "0\r\n\r\n", "hello", "\0", "\u00ff");
    }
}
