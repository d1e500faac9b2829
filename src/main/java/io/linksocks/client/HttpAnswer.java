package io.linksocks.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The beginning of an HTTP answer, as far as a check is interested in it (RFC 9112, section 4).
 *
 * @param fields by lower-case name, the last one of each
 */
record HttpAnswer(int status, Map<String, String> fields) {
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-9][0-9]{2})(?: .*)?");
    private static final int MAX_HEAD = 16 << 10;
    private static final int MAX_BODY = 400;
    /** An alert (RFC 8446, section 5.1): the answer of a TLS server to anything else. */
    private static final char TLS_ALERT = 0x15;

    /**
     * Reads a head and not a byte more.
     *
     * @throws CurableException when the server speaks TLS instead
     * @throws ProtocolException when it speaks something else
     */
    static HttpAnswer read(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder(512);
        while (head.indexOf("\r\n\r\n") < 0 && head.indexOf("\n\n") < 0) {
            int c = in.read();
            if (c < 0) {
                throw new EOFException(head.isEmpty() ? "the server hung up instead of answering"
                        : "the server hung up within its answer");
            }
            head.append((char) c);
            if (head.charAt(0) == TLS_ALERT) {
                throw new CurableException("the server speaks TLS on this port", "write wss:// instead of ws://");
            }
            if (head.length() > MAX_HEAD) {
                throw new ProtocolException("the head of the answer has no end");
            }
        }
        return parse(head.toString());
    }

    private static HttpAnswer parse(String head) throws ProtocolException {
        String[] lines = head.split("\r?\n");
        Matcher first = STATUS_LINE.matcher(lines[0]);
        if (!first.matches()) {
            throw new ProtocolException("the server does not answer in HTTP/1.1");
        }
        Map<String, String> fields = new HashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
            }
        }
        return new HttpAnswer(Integer.parseInt(first.group(1)), fields);
    }

    /** Null when there is none. */
    String field(String name) {
        return fields.get(name);
    }

    /** The first words of a body that may come, without its marks. */
    String body(InputStream in) throws IOException {
        String length = fields.getOrDefault("content-length", "");
        int limit = length.matches("[0-9]{1,3}") ? Math.min(Integer.parseInt(length), MAX_BODY) : MAX_BODY;
        String text = new String(in.readNBytes(limit), StandardCharsets.UTF_8);
        return text.replaceAll("(?s)<(style|script|title).*?</\\1>|<[^>]*>", " ").replaceAll("\\s+", " ").strip();
    }
}
