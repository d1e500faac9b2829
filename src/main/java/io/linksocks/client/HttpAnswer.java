package io.linksocks.client;

import io.linksocks.http.ResponseHead;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The beginning of a server's answer, as far as a check is interested in it. */
record HttpAnswer(ResponseHead head) {
    private static final int MAX_BODY = 400;
    /** An alert (RFC 8446, section 5.1): the answer of a TLS server to anything else. */
    private static final int TLS_ALERT = 0x15;

    /**
     * Reads a head and not a byte more.
     *
     * @param in a buffered stream
     * @throws HintedException when the server speaks TLS instead
     */
    static HttpAnswer read(InputStream in) throws IOException {
        in.mark(1);
        if (in.read() == TLS_ALERT) {
            throw new HintedException("the server speaks TLS on this port", "write wss:// instead of ws://");
        }
        in.reset();
        return new HttpAnswer(ResponseHead.readFinal(in, "the server"));
    }

    int status() {
        return head.status();
    }

    /** Null when there is none. */
    String field(String name) {
        return head.headers().first(name);
    }

    /** The first words of a body that may come, without its marks. */
    String body(InputStream in) throws IOException {
        String length = field("Content-Length");
        int limit = length != null && length.matches("[0-9]{1,3}") ? Math.min(Integer.parseInt(length), MAX_BODY) : MAX_BODY;
        String text = new String(in.readNBytes(limit), StandardCharsets.UTF_8);
        return text.replaceAll("(?s)<(style|script|title).*?</\\1>|<[^>]*>", " ").replaceAll("\\s+", " ").strip();
    }
}
