package io.linksocks.http;

import io.linksocks.http.HeadLines.RequestLine;
import io.linksocks.util.Endpoint;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The head of a request to a proxy (RFC 9112, section 3.2). The proxy writes its own head, so this accepts unusual spellings
 * that have one meaning; ambiguous ones are refused, as in {@link RequestHead}.
 *
 * @param method      as sent, whatever it is
 * @param destination the server that it is for; null for the proxy itself
 * @param target      for the destination, in origin-form; empty for CONNECT
 * @param minor       0 for HTTP/1.0, 1 for HTTP/1.1 and later minor versions
 * @param headers     as sent
 * @param framing     of the body
 * @param hops        how many more proxies may forward it; -1 for any number
 */
public record ProxyRequest(String method, Endpoint destination, String target, int minor, Headers headers,
        Framing framing, int hops) {
    private static final String CONNECT = "CONNECT";
    private static final String OPTIONS = "OPTIONS";
    private static final String TRACE = "TRACE";
    private static final String HOPS = "Max-Forwards";
    /** Far more proxies than a request passes. */
    private static final int MAX_HOPS = 255;
    private static final Set<String> SECRETS = Set.of("authorization", "cookie", "proxy-authorization");
    private static final int USUAL_PORT = 80;
    /** What a Connect message can carry. */
    private static final int MAX_HOST = 255;

    /**
     * Reads one head and nothing behind it.
     *
     * @param in a buffered stream
     * @return the head, or null when the stream ends before its first byte
     * @throws HttpException when the request has to be refused
     * @throws EOFException  when the stream ends within the head
     */
    public static ProxyRequest read(InputStream in) throws IOException {
        HeadLines lines = new HeadLines(in, HeadLines.Rules.PROXY_REQUEST);
        RequestLine line = lines.requestLine();
        if (line == null) {
            return null;
        }
        if (!Syntax.isWrittenTarget(line.target())) {
            throw malformed();
        }
        Headers headers = lines.fields();
        RequestHead.checkHost(headers, line.minor() > 0 && line.target().startsWith("/"));
        return line.method().equals(CONNECT) ? authorityForm(line, headers) : otherForm(line, headers);
    }

    /** CONNECT has no body (RFC 9110, section 9.3.6): what follows belongs to the tunnel. */
    private static ProxyRequest authorityForm(RequestLine line, Headers headers) throws HttpException {
        return new ProxyRequest(CONNECT, endpoint(line.target(), 0), "", line.minor(), headers,
                Framing.ofRequest(line.minor(), Headers.NONE), -1);
    }

    private static ProxyRequest otherForm(RequestLine line, Headers headers) throws HttpException {
        Framing framing = Framing.ofRequest(line.minor(), headers);
        String target = line.target();
        if (target.startsWith("/") || target.equals("*")) {
            return new ProxyRequest(line.method(), null, target, line.minor(), headers, framing, -1);
        }
        RequestTarget.AbsoluteForm form = RequestTarget.absoluteForm(target);
        if (form == null) {
            throw malformed();
        }
        if (!form.scheme().equals("http")) {
            throw new HttpException(501, "only http:// is requested from a proxy in this way; use CONNECT");
        }
        // An absolute target of OPTIONS without path and query means the server as a whole (RFC 9112, section 3.2.4).
        String path = form.rest().isEmpty() && line.method().equals(OPTIONS) ? "*" : form.originForm();
        return new ProxyRequest(line.method(), endpoint(withoutUserInfo(form.authority()), USUAL_PORT), path, line.minor(),
                headers, framing, hops(line.method(), headers));
    }

    /** wget and apt send user info beside Authorization; servers must not see it. */
    private static String withoutUserInfo(String authority) throws HttpException {
        int at = authority.indexOf('@');
        if (at >= 0 && !Syntax.isUserInfo(authority.substring(0, at))) {
            throw malformed();
        }
        return authority.substring(at + 1);
    }

    /** Max-Forwards applies to OPTIONS and TRACE only (RFC 9110, section 7.6.2). */
    private static int hops(String method, Headers headers) throws HttpException {
        List<String> values = headers.all(HOPS);
        if (values.isEmpty() || !method.equals(OPTIONS) && !method.equals(TRACE)) {
            return -1;
        }
        String value = values.getFirst();
        if (values.size() > 1 || !value.matches("[0-9]{1,18}")) {
            throw new HttpException(400, "malformed Max-Forwards");
        }
        return (int) Math.min(Long.parseLong(value), MAX_HOPS);
    }

    /**
     * Parses {@code host[:port]}.
     *
     * @param usual the default port; 0 when the port is required
     */
    private static Endpoint endpoint(String authority, int usual) throws HttpException {
        int colon = authority.lastIndexOf(':');
        int end = colon > authority.lastIndexOf(']') ? colon : authority.length();
        String digits = end == authority.length() ? "" : authority.substring(end + 1);
        boolean literal = authority.startsWith("[");
        String host = literal && end > 1 ? authority.substring(1, end - 1) : authority.substring(0, end);
        if (!Syntax.isHost(authority) || host.isEmpty() || host.length() > MAX_HOST || literal && host.indexOf(':') < 0) {
            throw malformed();
        }
        int port = digits.isEmpty() ? usual : Integer.parseInt(digits);
        if (port < 1 || port > 0xFFFF) {
            throw malformed();
        }
        return new Endpoint(host, port);
    }

    private static HttpException malformed() {
        return new HttpException(400, "malformed request target");
    }

    /** Whether it asks for a tunnel. */
    public boolean isConnect() {
        return method.equals(CONNECT);
    }

    /** Whether the client keeps its connection open; HTTP/1.0 persistence is not offered. */
    public boolean keepsAlive() {
        return minor > 0 && !headers.hasToken("Connection", "close") && !headers.hasToken("Proxy-Connection", "close");
    }

    /** Whether the client asks to switch to the WebSocket protocol, the only upgrade that is forwarded. */
    public boolean asksForWebSocket() {
        return minor > 0 && headers.hasToken("Connection", "upgrade") && headers.hasToken("Upgrade", "websocket");
    }

    /** The response to a request that may not be forwarded any more (RFC 9110, sections 9.3.7 and 9.3.8). */
    public Response lastHop() {
        if (!method.equals(TRACE)) {
            return Response.text(200, "");
        }
        StringBuilder head = new StringBuilder(512);
        head.append(method).append(" http://").append(destination).append(target).append(" HTTP/1.").append(minor).append("\r\n");
        new Headers(headers.fields().stream().filter(field -> !SECRETS.contains(field.name().toLowerCase(Locale.ROOT))).toList())
                .write(head);
        return new Response(200, "message/http", Headers.NONE,
                head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The head for the destination: in origin-form, with a Host field that matches (RFC 9112, section 3.2.2). */
    public byte[] forwarded() {
        StringBuilder head = new StringBuilder(512);
        head.append(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: ");
        String host = destination.toString();
        head.append(destination.port() == USUAL_PORT ? host.substring(0, host.lastIndexOf(':')) : host).append("\r\n");
        headers.endToEnd(name -> name.equals("host") || minor == 0 && name.equals("expect")
                || hops >= 0 && name.equalsIgnoreCase(HOPS)).write(head);
        if (hops >= 0) {
            head.append(HOPS).append(": ").append(Math.max(hops - 1, 0)).append("\r\n");
        }
        framing.describe(head);
        if (asksForWebSocket()) {
            head.append("Connection: Upgrade\r\nUpgrade: websocket\r\n");
        } else if (!keepsAlive()) {
            head.append("Connection: close\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Without target and fields, which may hold secrets. */
    @Override
    public String toString() {
        return method + " request for " + (destination == null ? "the proxy" : destination);
    }
}
