package io.linksocks.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The head of a response that a proxy forwards. It is parsed leniently, and forwarded in a form that has one meaning.
 *
 * @param head     as sent
 * @param framing  of the body
 * @param doubtful whether another implementation could find another end, so that nothing may follow this response
 */
public record ProxyResponse(ResponseHead head, Framing framing, boolean doubtful) {
    private static final int NO_CONTENT = 204;
    private static final int BAD_GATEWAY = 502;

    /**
     * Reads one head and nothing behind it.
     *
     * @param in     a buffered stream
     * @param method of the request, on which the framing of the response depends
     * @return the head, or null when the stream ends before its first byte
     * @throws HttpException when the response is malformed; carries the response to the client
     * @throws EOFException  when the stream ends within the head
     */
    public static ProxyResponse read(InputStream in, String method) throws IOException {
        try {
            HeadLines lines = new HeadLines(in, HeadLines.Rules.FORWARDED_ANSWER);
            ResponseHead head = ResponseHead.read(lines);
            return head == null ? null : new ProxyResponse(head,
                    Framing.ofResponse(method, head.status(), head.minor(), head.headers()),
                    lines.isDoubtful() || Framing.isDoubtful(head.minor(), head.headers()));
        } catch (HttpException e) {
            throw new HttpException(BAD_GATEWAY, "bad answer of the server: " + e.getMessage());
        }
    }

    /** Whether the server's connection can be used for another request. */
    public boolean keepsAlive() {
        return !doubtful && head.minor() > 0 && framing.kind() != Framing.Kind.END_OF_CONNECTION
                && !head.headers().hasToken("Connection", "close");
    }

    /**
     * The head for the client.
     *
     * @param sent  how the body is sent to the client
     * @param close whether the client's connection closes after it
     */
    public byte[] forwarded(Framing sent, boolean close) {
        Headers headers = head.headers();
        StringBuilder text = new StringBuilder(512);
        text.append("HTTP/1.1 ").append(head.status()).append(' ').append(head.reason()).append("\r\n");
        headers.endToEnd(name -> false).write(text);
        String length = Framing.announced(headers);
        // Responses to HEAD, and 304, declare the length of the omitted content (RFC 9110, section 8.6).
        if (framing.kind() == Framing.Kind.NO_BODY && length != null && !head.isInterim() && head.status() != NO_CONTENT) {
            text.append("Content-Length: ").append(length).append("\r\n");
        }
        sent.describe(text);
        if (head.isSwitch()) {
            text.append("Connection: Upgrade\r\nUpgrade: ").append(headers.first("Upgrade")).append("\r\n");
        } else if (close) {
            text.append("Connection: close\r\n");
        }
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
