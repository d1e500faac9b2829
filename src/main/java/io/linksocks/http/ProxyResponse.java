package io.linksocks.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The head of an answer that a proxy passes on. It may be written more freely than a request, but is passed on so that there is
 * one way to read it.
 *
 * @param head     as sent
 * @param framing  of the body
 * @param doubtful whether another reader could find another end, so that nothing may follow this answer
 */
public record ProxyResponse(ResponseHead head, Framing framing, boolean doubtful) {
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
            HeadLines lines = new HeadLines(in, HeadLines.Rules.FORWARDED_ANSWER);
            ResponseHead head = ResponseHead.read(lines);
            return head == null ? null : new ProxyResponse(head,
                    Framing.ofResponse(method, head.status(), head.minor(), head.headers()),
                    lines.isDoubtful() || Framing.isDoubtful(head.minor(), head.headers()));
        } catch (HttpException e) {
            throw new HttpException(BAD_GATEWAY, "bad answer of the server: " + e.getMessage());
        }
    }

    /** Whether the server's connection can take another request. */
    public boolean keepsAlive() {
        return !doubtful && head.minor() > 0 && framing.kind() != Framing.Kind.END_OF_CONNECTION
                && !head.headers().hasToken("Connection", "close");
    }

    /**
     * The head as the client gets it.
     *
     * @param sent  how the body is sent to the client
     * @param close whether the client's connection ends after it
     */
    public byte[] forwarded(Framing sent, boolean close) {
        Headers headers = head.headers();
        StringBuilder text = new StringBuilder(512);
        text.append("HTTP/1.1 ").append(head.status()).append(' ').append(head.reason()).append("\r\n");
        headers.endToEnd(name -> false).write(text);
        String length = Framing.announced(headers);
        // Answers to HEAD and 304 tell the length of what they leave out (RFC 9110, section 8.6).
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
