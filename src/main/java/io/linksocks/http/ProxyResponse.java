package io.linksocks.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of an answer that a proxy passes on. It may be written more freely than a request, but where it ends is beyond
 * doubt as well.
 *
 * @param minor   of the server's version
 * @param headers as sent
 * @param framing of the body
 */
public record ProxyResponse(int status, String reason, int minor, Headers headers, Framing framing) {
    /** Cookies and policies of web sites take several times what requests do. */
    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_FIELDS = 500;
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.([0-9]) ([1-5][0-9]{2})(?: (.*))?");
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int NO_CONTENT = 204;
    private static final int BAD_GATEWAY = 502;

    /**
     * Reads one head and nothing behind it.
     *
     * @param in     a buffered stream
     * @param method of the request, which has a say in where the answer ends
     * @return the head, or null when the stream ends before its first byte
     * @throws HttpException when the client has to be told that this was no answer
     * @throws EOFException  when the stream ends within the head
     */
    public static ProxyResponse read(InputStream in, String method) throws IOException {
        try {
            HeadLines lines = new HeadLines(in, MAX_BYTES, MAX_FIELDS, true);
            String first = lines.first();
            return first == null ? null : parse(first, lines.fields(), method);
        } catch (HttpException e) {
            throw new HttpException(BAD_GATEWAY, "bad answer of the server: " + e.getMessage());
        }
    }

    private static ProxyResponse parse(String line, Headers headers, String method) throws HttpException {
        Matcher parts = STATUS_LINE.matcher(line);
        if (!parts.matches() || !Syntax.isFieldValue(line)) {
            throw new HttpException(BAD_GATEWAY, "malformed status line");
        }
        int minor = parts.group(1).equals("0") ? 0 : 1;
        int status = Integer.parseInt(parts.group(2));
        String reason = parts.group(3) == null ? "" : parts.group(3);
        return new ProxyResponse(status, reason, minor, headers, Framing.ofResponse(method, status, minor, headers));
    }

    /** Whether another answer to the same request follows (RFC 9110, section 15.2). */
    public boolean isInterim() {
        return status / 100 == 1 && !isSwitch();
    }

    /** Whether the connection speaks another protocol from here on. */
    public boolean isSwitch() {
        return status == SWITCHING_PROTOCOLS;
    }

    /** Whether the server's connection can take another request. */
    public boolean keepsAlive() {
        return minor > 0 && framing.kind() != Framing.Kind.END_OF_CONNECTION && !headers.hasToken("Connection", "close");
    }

    /**
     * The head as the client gets it.
     *
     * @param sent  how the body is sent to the client
     * @param close whether the client's connection ends after it
     */
    public byte[] forwarded(Framing sent, boolean close) {
        StringBuilder head = new StringBuilder(512);
        head.append("HTTP/1.1 ").append(status).append(' ').append(reason).append("\r\n");
        headers.endToEnd(name -> false).write(head);
        String length = headers.first("Content-Length");
        // Answers to HEAD and 304 tell the length of what they leave out (RFC 9110, section 8.6).
        if (framing.kind() == Framing.Kind.NO_BODY && length != null && !isInterim() && status != NO_CONTENT) {
            head.append("Content-Length: ").append(length).append("\r\n");
        }
        sent.describe(head);
        if (isSwitch()) {
            head.append("Connection: Upgrade\r\nUpgrade: ").append(headers.first("Upgrade")).append("\r\n");
        } else if (close) {
            head.append("Connection: close\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
