package io.linksocks.http;

import io.linksocks.util.Endpoint;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The head of a request to a proxy, read as strictly as {@link HeadReader} does (RFC 9112, section 3.2).
 *
 * @param method      as sent, whatever it is
 * @param destination where it shall go; null when it is for the proxy itself
 * @param target      for the destination, in origin-form; that of CONNECT is empty
 * @param minor       0 for HTTP/1.0, 1 for HTTP/1.1 and later minor versions
 * @param headers     as sent
 * @param framing     of the body
 */
public record ProxyRequest(String method, Endpoint destination, String target, int minor, Headers headers,
        Framing framing) {
    private static final String CONNECT = "CONNECT";
    private static final String SCHEME = "http://";
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
        HeadLines lines = new HeadLines(in, HeadLines.Rules.REQUEST);
        String first = lines.first();
        if (first == null) {
            return null;
        }
        RequestLine line = RequestLine.parse(first);
        if (!Syntax.isTarget(line.target())) {
            throw malformed();
        }
        Headers headers = lines.fields();
        HeadReader.checkHost(headers, line.minor());
        return line.method().equals(CONNECT) ? authorityForm(line, headers) : otherForm(line, headers);
    }

    /** CONNECT has no body (RFC 9110, section 9.3.6): what follows belongs to the tunnel. */
    private static ProxyRequest authorityForm(RequestLine line, Headers headers) throws HttpException {
        return new ProxyRequest(CONNECT, endpoint(line.target(), 0), "", line.minor(), headers,
                Framing.ofRequest(line.minor(), Headers.NONE));
    }

    private static ProxyRequest otherForm(RequestLine line, Headers headers) throws HttpException {
        Framing framing = Framing.ofRequest(line.minor(), headers);
        String target = line.target();
        if (target.startsWith("/") || target.equals("*")) {
            return new ProxyRequest(line.method(), null, target, line.minor(), headers, framing);
        }
        if (!target.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            throw target.contains("://")
                    ? new HttpException(501, "only http:// is requested from a proxy in this way; use CONNECT") : malformed();
        }
        int end = SCHEME.length();
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            end++;
        }
        Endpoint destination = endpoint(target.substring(SCHEME.length(), end), USUAL_PORT);
        return new ProxyRequest(line.method(), destination, originForm(line.method(), target.substring(end)),
                line.minor(), headers, framing);
    }

    /** An absolute target of OPTIONS without path and query means the server as a whole (RFC 9112, section 3.2.4). */
    private static String originForm(String method, String rest) {
        if (rest.isEmpty()) {
            return method.equals("OPTIONS") ? "*" : "/";
        }
        return rest.startsWith("/") ? rest : "/" + rest;
    }

    /**
     * Takes {@code host[:port]} apart. User info is refused, as RFC 9110, section 4.2.4, has it.
     *
     * @param usual the port when there is none; 0 when there has to be one
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

    /** Whether the client lets its connection live on; HTTP/1.0 persistence is not offered. */
    public boolean keepsAlive() {
        return minor > 0 && !headers.hasToken("Connection", "close") && !headers.hasToken("Proxy-Connection", "close");
    }

    /** Whether the client asks to go on with the WebSocket protocol, the one upgrade that is passed on. */
    public boolean asksForWebSocket() {
        return minor > 0 && headers.hasToken("Connection", "upgrade") && headers.hasToken("Upgrade", "websocket");
    }

    /** The head as the destination gets it: in origin-form, with the Host that belongs to it (RFC 9112, section 3.2.2). */
    public byte[] forwarded() {
        StringBuilder head = new StringBuilder(512);
        head.append(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: ");
        String host = destination.toString();
        head.append(destination.port() == USUAL_PORT ? host.substring(0, host.lastIndexOf(':')) : host).append("\r\n");
        headers.endToEnd(name -> name.equals("host") || minor == 0 && name.equals("expect")).write(head);
        framing.describe(head);
        if (asksForWebSocket()) {
            head.append("Connection: Upgrade\r\nUpgrade: websocket\r\n");
        } else if (!keepsAlive()) {
            head.append("Connection: close\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Targets and fields may hold secrets. */
    @Override
    public String toString() {
        return method + " request for " + (destination == null ? "the proxy" : destination);
    }
}
