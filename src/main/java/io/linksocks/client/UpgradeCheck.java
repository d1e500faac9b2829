package io.linksocks.client;

import io.linksocks.util.Authority;
import io.linksocks.util.Reason;
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
import java.util.concurrent.ThreadLocalRandom;

/** Asks for a WebSocket as a client does (RFC 6455, section 4.1), but without a token: what matters is who answers, and how. */
final class UpgradeCheck {
    static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int KEY_BYTES = 16;
    /** A larger difference makes valid certificates fail. */
    private static final Duration WORST_CLOCK = Duration.ofMinutes(5);

    private final ConnectOptions options;
    private URI next;
    private String date;

    UpgradeCheck(ConnectOptions options) {
        this.options = options;
    }

    /** Where the last answer has sent us; null when it was a WebSocket. */
    URI next() {
        return next;
    }

    String ask(URI url, CheckedRoute route) throws IOException {
        try (Socket socket = route.open()) {
            socket.getOutputStream().write(request(url, route).getBytes(StandardCharsets.UTF_8));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            HttpAnswer answer = read(in);
            date = answer.field("Date");
            next = null;
            if (answer.status() == SWITCHING_PROTOCOLS) {
                return "101, a WebSocket" + by(answer);
            }
            String location = answer.field("Location");
            if (Redirect.is(answer.status()) && location != null) {
                next = Redirect.target(url, location);
                return answer.status() + ", redirected to " + next.getScheme() + "://" + next.getRawAuthority() + next.getRawPath();
            }
            String body = answer.body(in);
            throw new HintedException(answer.status() + " instead of a WebSocket" + by(answer)
                    + (body.isEmpty() ? "" : ": \"" + body + "\""), isHintAtTls(answer, body) ? "write wss:// instead of ws://" : Hint.ofStatus(answer.status()));
        }
    }

    private static HttpAnswer read(InputStream in) throws IOException {
        try {
            return HttpAnswer.read(in);
        } catch (ProtocolException | EOFException | SocketException e) {
            throw new HintedException(Reason.of(e), Hint.OTHER_SERVER);
        } catch (SocketTimeoutException e) {
            throw new HintedException("no answer within " + LIMIT.toSeconds() + " s", Hint.OTHER_SERVER);
        }
    }

    private String request(URI url, CheckedRoute route) {
        byte[] key = new byte[KEY_BYTES];
        ThreadLocalRandom.current().nextBytes(key);
        return head("GET", url, route) + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: " + Base64.getEncoder().encodeToString(key) + "\r\n\r\n";
    }

    private String head(String method, URI url, CheckedRoute route) {
        StringBuilder head = new StringBuilder(256);
        head.append(method).append(' ').append(url.getRawPath()).append(url.getRawQuery() == null ? "" : "?" + url.getRawQuery())
                .append(" HTTP/1.1\r\nHost: ").append(Authority.of(url).toString()).append("\r\n");
        options.headersFor(url).forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.toString();
    }

    private static String by(HttpAnswer answer) {
        String server = answer.field("Server");
        return server == null ? "" : " (from " + server + ")";
    }

    /** What nginx, Go and we say to plain HTTP on a port for TLS. */
    private static boolean isHintAtTls(HttpAnswer answer, String body) {
        return answer.status() == 400 && (body.contains("TLS") || body.contains("HTTPS"));
    }

    /** Certificates depend on clocks. An answer of another kind is asked for the time if this one had none. */
    ServerCheck.Found compareClocks(URI url, CheckedRoute route) throws IOException {
        Instant theirs = parse(date != null ? date : askForDate(url, route));
        if (theirs == null) {
            return ServerCheck.Found.nothing("the server does not tell the time");
        }
        Duration difference = Duration.between(theirs, Instant.now());
        if (difference.abs().compareTo(WORST_CLOCK) > 0) {
            throw new HintedException("this clock is " + difference.abs().toMinutes() + " min "
                    + (difference.isNegative() ? "behind" : "ahead of") + " the server's",
                    "set the wrong one of the two: with it, good certificates look expired");
        }
        return ServerCheck.Found.of("as the server's, to " + (difference.abs().toSeconds() + 1) + " s");
    }

    private String askForDate(URI url, CheckedRoute route) throws IOException {
        try (Socket socket = route.open()) {
            socket.getOutputStream().write((head("HEAD", url, route) + "Connection: close\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            return HttpAnswer.read(new BufferedInputStream(socket.getInputStream())).field("Date");
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
