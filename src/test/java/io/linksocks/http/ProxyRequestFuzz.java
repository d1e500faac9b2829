package io.linksocks.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.fuzz.FuzzTarget;
import io.linksocks.fuzz.Pieces;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Requests to a proxy, with their bodies. What is passed on means the same to the next reader, who finds one Host, nothing
 * that was meant for the proxy, and the end of the body in the same place.
 */
public final class ProxyRequestFuzz implements FuzzTarget {
    @Override
    public Outcome run(byte[] input) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(input);
        String pieces = show(new Pieces(input));
        ProxyRequest request;
        byte[] body;
        try {
            request = ProxyRequest.read(in);
            if (request == null) {
                assertEquals(0, input.length);
                return Outcome.accepted("nothing");
            }
            int head = input.length - in.available();
            assertTrue(head <= HeadLines.Rules.PROXY_REQUEST.maxBytes);
            body = request.framing().decode(in).readAllBytes();
        } catch (HttpException | EOFException e) {
            assertEquals(pieces, e.getMessage());
            return Outcome.rejected(e);
        }
        assertEquals(pieces, show(request, body, in), "in pieces");
        if (request.destination() != null && !request.isConnect()) {
            checkForwarded(request, body);
        }
        return Outcome.accepted(request.isConnect() + " " + (request.destination() == null) + request.framing().kind()
                + request.keepsAlive() + request.asksForWebSocket() + Math.min(request.hops(), 1) + Math.min(body.length, 2));
    }

    private static void checkForwarded(ProxyRequest request, byte[] body) throws IOException {
        byte[] forwarded = forwarded(request, body);
        int end = new String(forwarded, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
        String head = new String(forwarded, 0, end, StandardCharsets.ISO_8859_1);
        HeadFuzz.checkLines(head);
        HeadLines.Rules rules = HeadLines.Rules.PROXY_REQUEST;
        if (end > rules.maxBytes || head.lines().count() - 2 > rules.maxFields) {
            return; // written out, line ends and blanks may need more room than they came in, and Host may be new
        }
        ByteArrayInputStream in = new ByteArrayInputStream(forwarded);
        ProxyRequest next = ProxyRequest.read(in);
        assertNull(next.destination(), "origin-form");
        assertEquals(List.of(request.method(), request.target(), request.framing()),
                List.of(next.method(), next.target(), next.framing()));
        assertEquals(1, next.headers().all("Host").size());
        assertTrue(request.destination().toString().startsWith(next.headers().first("Host")), "its own Host");
        for (String hop : List.of("Proxy-Authorization", "Proxy-Connection", "Keep-Alive", "TE", "Trailer")) {
            assertNull(next.headers().first(hop), hop);
        }
        assertTrue(request.hops() < 1 || next.headers().first("Max-Forwards").equals(String.valueOf(request.hops() - 1)),
                "one hop less");
        assertTrue(next.target().chars().noneMatch(c -> c == '#'), "no fragment");
        assertArrayEquals(body, next.framing().decode(in).readAllBytes());
        assertEquals(0, in.available(), "nothing behind it");
    }

    private static byte[] forwarded(ProxyRequest request, byte[] body) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(request.forwarded());
        Framing.UNTIL_END.copy(new ByteArrayInputStream(body), request.framing(), all);
        return all.toByteArray();
    }

    private static String show(InputStream in) throws IOException {
        try {
            ProxyRequest request = ProxyRequest.read(in);
            return request == null ? "" : show(request, request.framing().decode(in).readAllBytes(), in);
        } catch (HttpException | EOFException e) {
            return e.getMessage();
        }
    }

    private static String show(ProxyRequest request, byte[] body, InputStream in) throws IOException {
        return request + " " + request.target() + " " + request.headers().fields() + " " + request.framing()
                + new String(body, StandardCharsets.ISO_8859_1) + in.available();
    }

    @Override
    public List<String> dictionary() {
        return List.of("\r\n", "\n", "\r\n\r\n", "GET ", "CONNECT ", "OPTIONS ", "POST ", "http://", "HTTP://a", "https://a/",
                "a:80", "[::1]:80", "[fe80::1%25eth0]", "user:pw@", "@", "#f", "\\", "\u00c3\u00bc", "TRACE ",
                "Max-Forwards: 1\r\n", "\r\nGET ", ":65536", ":0", "?", "/", "*", " HTTP/1.1\r\n", " HTTP/1.0\r\n", "Host: a\r\n",
                "Connection: close\r\n", "Connection: host, content-length, x\r\n", "Proxy-Connection: close\r\n", "X: y\r\n",
                "Connection: upgrade\r\nUpgrade: websocket\r\n", "Transfer-Encoding: chunked\r\n", "Content-Length: 5\r\n",
                "Proxy-Authorization: Basic YTpi\r\n", "TE: trailers\r\n", "5\r\nhello\r\n", "0\r\n\r\n",
                "Expect: 100-continue\r\n");
    }
}
