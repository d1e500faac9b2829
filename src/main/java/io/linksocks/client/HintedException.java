package io.linksocks.client;

import io.linksocks.websocket.HandshakeException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeoutException;

/** A failure to reach or use a server, with a hint: one sentence that says what to do. */
final class HintedException extends IOException {
    static final String NAME = "check how the name is written, and whether this machine can look up other names";
    static final String PORT = "nobody listens there: is the server running, and is this its port?";
    static final String FIREWALL = "a firewall may be in between: is the port open to this machine?";
    static final String OTHER_SERVER = "this is another server, or a proxy in front that does not pass the Upgrade header on:"
            + " correct host, port and path, or the proxy";
    static final String WSS = "write wss:// instead of ws://";
    static final String TOKEN = "set the right one with token(...)";
    static final String NO_TOKEN = "set it with token(...)";

    static final String NO_CERTIFICATE = "set it with certificate(...)";
    static final String LOST_CERTIFICATE =
            "a proxy in front of the server ends TLS, and no certificate passes it: connect past it";
    static final String CERTIFICATE = "set another one with certificate(...), or ask the owner of the server";

    static final String HEADER = "header(\"Authorization\", ...)";
    static final String OWNER = "ask the owner of the server";

    private static final long serialVersionUID = 1L;

    private final String hint;

    HintedException(String reason, String hint) {
        this(reason, hint, null);
    }

    HintedException(String reason, String hint, Throwable cause) {
        super(reason, cause);
        this.hint = hint;
    }

    String hint() {
        return hint;
    }

    /** What to do about a failure to connect; null when it is of no known kind. */
    static String hintFor(Throwable failure) {
        String found = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case HandshakeException e -> found = hintForStatus(e.status());
                case UnresolvedAddressException e -> found = NAME;
                case UnknownHostException e -> found = NAME;
                case SocketTimeoutException e -> found = FIREWALL;
                case ConnectException e -> found = PORT;
                case EOFException e -> found = OTHER_SERVER;
                case ProtocolException e -> found = OTHER_SERVER;
                case HttpTimeoutException e -> found = FIREWALL;
                case TimeoutException e -> found = FIREWALL;
                default -> {
                    continue;
                }
            }
        }
        return found;
    }

    /** For an HTTP answer, of the server or of a proxy in front of it, instead of a WebSocket. */
    static String hintForStatus(int status) {
        return switch (status) {
            case 401 -> "a proxy in front of the server wants a login: pass it with " + HEADER;
            case 403 -> "a firewall or CDN in front of the server forbids it: allow WebSockets to this host and path there";
            case 404 -> "nothing is at this path: use the URL that the server's owner gave, with its path";
            case 407 -> "put a login into the proxy's address: http://user:password@host:port";
            case 429 -> "too many requests or wrong tokens came from this address: wait a minute";
            case 501 -> "this server does not support CONNECT: is proxy(...), or HTTPS_PROXY, the address of an HTTP proxy?";
            case 502, 504 -> "the proxy in front can't reach the LinkSocks server: start it, or correct its address there";
            case 503 -> "the server is full or restarting: try again later";
            default -> status / 100 == 2 || status == 400 || status == 426
                    ? OTHER_SERVER
                    : "ask the owner of the server that answered";
        };
    }
}
