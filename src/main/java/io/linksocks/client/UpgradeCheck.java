package io.linksocks.client;

import io.linksocks.client.ConnectionCheck.Found;
import io.linksocks.http.ResponseHead;
import io.linksocks.util.Authority;
import io.linksocks.util.Reason;
import io.linksocks.util.TimeText;
import io.linksocks.websocket.ConnectOptions;
import io.linksocks.websocket.Redirect;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Asks for a WebSocket as a client does (RFC 6455, section 4.1), but without a token, to see who answers, and how. */
final class UpgradeCheck {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int MAX_BODY = 400;
    /** The first byte of an alert (RFC 8446, section 5.1), with which a TLS server answers anything else. */
    private static final int TLS_ALERT = 0x15;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int KEY_BYTES = 16;
    /** A larger difference makes valid certificates fail. */
    private static final Duration WORST_CLOCK = Duration.ofMinutes(5);

    private final ConnectOptions options;
    private URI next;
    private String date;

    UpgradeCheck(ClientOptions options, URI url) {
        this.options = new ConnectOptions(url, options.reach().headers(), LIMIT, Optional.empty(), null);
    }

    /** Where the last answer redirects to; null when it was a WebSocket. */
    URI next() {
        return next;
    }

    String ask(URI url, CheckedRoute route) throws IOException {
        try (Socket socket = route.open()) {
            socket.getOutputStream().write(request(url).getBytes(StandardCharsets.UTF_8));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            ResponseHead answer = read(in);
            date = answer.headers().first("Date");
            next = null;
            if (answer.status() == SWITCHING_PROTOCOLS) {
                return "101, a WebSocket" + by(answer);
            }
            String location = answer.headers().first("Location");
            if (Redirect.is(answer.status()) && location != null) {
                next = Redirect.target(url, location);
                return answer.status() + ", redirected to " + next.getScheme() + "://" + next.getRawAuthority()
                        + next.getRawPath();
            }
            String body = body(answer, in);
            throw new HintedException(answer.status() + " instead of a WebSocket" + by(answer)
                    + (body.isEmpty() ? "" : ": \"" + body + "\""),
                    isHintAtTls(answer, body) ? HintedException.WSS : HintedException.hintForStatus(answer.status()));
        }
    }

    private static ResponseHead read(InputStream in) throws IOException {
        try {
            return readHead(in);
        } catch (ProtocolException | EOFException | SocketException e) {
            throw new HintedException(Reason.of(e), HintedException.OTHER_SERVER);
        } catch (SocketTimeoutException e) {
            throw new HintedException("no answer within " + TimeText.of(LIMIT), HintedException.OTHER_SERVER);
        }
    }

    /**
     * Reads a head and not a byte more.
     *
     * @param in a buffered stream
     * @throws HintedException when the server speaks TLS instead
     */
    static ResponseHead readHead(InputStream in) throws IOException {
        in.mark(1);
        if (in.read() == TLS_ALERT) {
            throw new HintedException("the server speaks TLS on this port", HintedException.WSS);
        }
        in.reset();
        return ResponseHead.readFinal(in, "the server");
    }

    /** The beginning of a body, without HTML tags. */
    static String body(ResponseHead head, InputStream in) throws IOException {
        String length = head.headers().first("Content-Length");
        int limit = length != null && length.matches("[0-9]{1,3}")
                ? Math.min(Integer.parseInt(length), MAX_BODY) : MAX_BODY;
        String text = new String(in.readNBytes(limit), StandardCharsets.UTF_8);
        return text.replaceAll("(?s)<(style|script|title).*?</\\1>|<[^>]*>", " ").replaceAll("\\s+", " ").strip();
    }

    private String request(URI url) {
        byte[] key = new byte[KEY_BYTES];
        ThreadLocalRandom.current().nextBytes(key);
        return head("GET", url) + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: " + Base64.getEncoder().encodeToString(key) + "\r\n\r\n";
    }

    private String head(String method, URI url) {
        StringBuilder head = new StringBuilder(256);
        head.append(method).append(' ').append(url.getRawPath()).append(url.getRawQuery() == null ? "" : "?" + url.getRawQuery())
                .append(" HTTP/1.1\r\nHost: ").append(Authority.of(url).toString()).append("\r\n");
        options.headersFor(url).forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.toString();
    }

    private static String by(ResponseHead answer) {
        String server = answer.headers().first("Server");
        return server == null ? "" : " (from " + server + ")";
    }

    /** The answer of nginx, Go and LinkSocks to plain HTTP on a port for TLS. */
    private static boolean isHintAtTls(ResponseHead answer, String body) {
        return answer.status() == 400 && (body.contains("TLS") || body.contains("HTTPS"));
    }

    /** Certificates depend on clocks. If the answer had no date, a HEAD request asks for another one. */
    Found compareClocks(URI url, CheckedRoute route) throws IOException {
        Instant theirs = parse(date != null ? date : askForDate(url, route));
        if (theirs == null) {
            return Found.nothing("the server does not tell the time");
        }
        Duration difference = Duration.between(theirs, Instant.now());
        if (difference.abs().compareTo(WORST_CLOCK) > 0) {
            throw new HintedException("this clock is " + TimeText.of(difference.abs()) + " "
                    + (difference.isNegative() ? "behind" : "ahead of") + " the server's",
                    "set the wrong one of the two: with it, good certificates look expired");
        }
        return Found.of("as the server's, to " + TimeText.ofSeconds(difference.abs().toSeconds() + 1));
    }

    private String askForDate(URI url, CheckedRoute route) throws IOException {
        try (Socket socket = route.open()) {
            String request = head("HEAD", url) + "Connection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return readHead(new BufferedInputStream(socket.getInputStream())).headers().first("Date");
        }
    }

    private static Instant parse(String date) {
        try {
            return date == null ? null : DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
