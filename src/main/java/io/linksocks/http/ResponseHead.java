package io.linksocks.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of a response (RFC 9112, section 4).
 *
 * @param reason  as sent, without control characters; may be empty
 * @param minor   0 for HTTP/1.0, 1 for HTTP/1.1 and later minor versions
 * @param headers as sent
 */
public record ResponseHead(int status, String reason, int minor, Headers headers) {
    /** DOTALL: a reason phrase may contain bytes that Java takes for line ends. */
    private static final Pattern STATUS_LINE =
            Pattern.compile("(?:HTTP/1\\.([0-9])|ICY) +([1-9][0-9]{2})(?: (.*))?", Pattern.DOTALL);
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int BAD_GATEWAY = 502;
    private static final int TOO_LARGE = 431;

    /**
     * Reads the head of the final response to a request of LinkSocks, and not a byte more. Accepts any form with a clear status
     * and end; interim responses and this one may have 16 KiB together.
     *
     * @param who the server, for error messages
     * @throws ProtocolException when it is not HTTP/1, or too long
     * @throws EOFException      when the stream ends before the head does
     */
    public static ResponseHead readFinal(InputStream in, String who) throws IOException {
        HeadLines lines = new HeadLines(in, HeadLines.Rules.OWN_ANSWER);
        ResponseHead head;
        try {
            do {
                head = read(lines);
            } while (head != null && head.isInterim());
        } catch (HttpException e) {
            throw new ProtocolException(e.status() == TOO_LARGE
                    ? who + "'s answer has a head of more than " + HeadLines.Rules.OWN_ANSWER.maxBytes + " bytes"
                    : who + " does not answer in HTTP/1.1");
        } catch (EOFException e) {
            throw new EOFException(who + " closed the connection within its answer");
        }
        if (head == null) {
            throw new EOFException(who + " closed the connection instead of answering");
        }
        return head;
    }

    /** Null when the stream ends before the first byte. */
    static ResponseHead read(HeadLines lines) throws IOException {
        String first = lines.first();
        if (first == null) {
            return null;
        }
        Matcher parts = STATUS_LINE.matcher(first);
        if (!parts.matches()) {
            throw new HttpException(BAD_GATEWAY, "malformed status line");
        }
        String reason = parts.group(3) == null ? "" : lines.withoutControls(parts.group(3));
        // Internet radio servers send ICY in place of HTTP/1.0.
        int minor = parts.group(1) == null || parts.group(1).equals("0") ? 0 : 1;
        return new ResponseHead(Integer.parseInt(parts.group(2)), reason, minor, lines.fields());
    }

    /** Whether another response to the same request follows (RFC 9110, section 15.2). */
    public boolean isInterim() {
        return status / 100 == 1 && !isSwitch();
    }

    /** Whether the connection switches to another protocol. */
    public boolean isSwitch() {
        return status == SWITCHING_PROTOCOLS;
    }
}
