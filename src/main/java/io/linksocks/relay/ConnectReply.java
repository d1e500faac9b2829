package io.linksocks.relay;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A proxy's answer to CONNECT (RFC 9110, section 9.3.6). */
final class ConnectReply {
    /** As much as a request's head may have. */
    private static final int MAX_BYTES = 16 << 10;
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-9][0-9]{2})(?: .*)?");
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int FIRST_FINAL = 200;

    private final InputStream in;
    private int left = MAX_BYTES;

    private ConnectReply(InputStream in) {
        this.in = in;
    }

    /**
     * Reads the head of the answer byte by byte and not one more, for a tunnel begins right behind it whatever
     * Content-Length and Transfer-Encoding say.
     *
     * @return the status code
     * @throws ProtocolException when it is not HTTP/1, or has no end in sight
     */
    static int readStatus(InputStream in) throws IOException {
        ConnectReply reply = new ConnectReply(in);
        int status = reply.head();
        while (status < FIRST_FINAL && status != SWITCHING_PROTOCOLS) { // interim answers: RFC 9110, section 15.2
            status = reply.head();
        }
        return status;
    }

    private int head() throws IOException {
        Matcher line = STATUS_LINE.matcher(line());
        if (!line.matches()) {
            throw new ProtocolException("proxy does not answer in HTTP/1.1");
        }
        while (!line().isEmpty()) {
            continue;
        }
        return Integer.parseInt(line.group(1));
    }

    /** A lone line feed may end a line as well (RFC 9112, section 2.2). */
    private String line() throws IOException {
        StringBuilder line = new StringBuilder(80);
        for (int c = next(); c != '\n'; c = next()) {
            line.append((char) c);
        }
        int last = line.length() - 1;
        if (last >= 0 && line.charAt(last) == '\r') {
            line.setLength(last);
        }
        return line.toString();
    }

    private int next() throws IOException {
        if (left-- == 0) {
            throw new ProtocolException("proxy's answer has a head of more than " + MAX_BYTES + " bytes");
        }
        int c = in.read();
        if (c < 0) {
            throw new EOFException("proxy closed the connection within its answer");
        }
        return c;
    }
}
