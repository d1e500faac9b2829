package io.linksocks.dial;

import io.linksocks.socks.SocksCredentials;
import io.linksocks.util.DeadlineInput;
import io.linksocks.util.Endpoint;
import io.linksocks.util.ProxyUrl;
import io.linksocks.util.RateLimitedLogger;
import io.linksocks.util.Sockets;
import io.linksocks.util.TimeText;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;

/** A proxy through which the dialling side reaches targets, as it is written after {@code -x}. */
public abstract class UpstreamProxy implements Dialer {
    /** Speaks on a fresh connection. It reads the proxy's answer and not a byte more: what follows is payload. */
    @FunctionalInterface
    interface Handshake<T> {
        T run(Socket socket, InputStream in) throws IOException;
    }

    private static final int SOCKS_PORT = 1080;
    private static final int HTTP_PORT = 8080;
    /** Less time than this may be too little even for a working proxy. */
    private static final Duration FAIR_TIMEOUT = Dialer.CONNECT_TIMEOUT.dividedBy(2);
    private static final RateLimitedLogger UNUSABLE =
            new RateLimitedLogger(System.getLogger(UpstreamProxy.class.getName()));

    private final Endpoint address;
    private final Dialer dialer;

    /** @param dialer reaches the proxy itself */
    UpstreamProxy(Endpoint address, Dialer dialer) {
        this.address = address;
        this.dialer = dialer;
    }

    /**
     * Understands {@code socks5://[user:password@]host[:port]}, {@code socks5h://} and {@code http://}.
     *
     * @return a dialer that uses the proxy
     * @throws IllegalArgumentException that says what is wrong and what is expected, without the credentials
     */
    public static Dialer parse(URI uri) {
        ProxyUrl url;
        try {
            url = ProxyUrl.parse(uri);
        } catch (IllegalArgumentException e) {
            throw invalid(e.getMessage());
        }
        try {
            return new LoopDetectingDialer(dialer(url));
        } catch (IllegalArgumentException e) {
            throw invalid("\"" + url + "\": " + e.getMessage());
        }
    }

    /** Without loop detection. */
    static Dialer dialer(ProxyUrl url) {
        return switch (url.scheme()) {
            case "socks5", "socks5h" -> new SocksProxyDialer(url.endpoint(SOCKS_PORT),
                    url.user() == null ? null : new SocksCredentials(url.user(), url.password()));
            case "http" -> new HttpProxyDialer(url.endpoint(HTTP_PORT), url.authorization());
            default -> throw new IllegalArgumentException("the scheme must be socks5 or http");
        };
    }

    private static IllegalArgumentException invalid(String what) {
        return new IllegalArgumentException("invalid upstream proxy " + what
                + "; write it like socks5://user:password@127.0.0.1:1080 or http://127.0.0.1:8080");
    }

    /**
     * Connects to the proxy and shakes hands, all within the timeout.
     *
     * @param purpose what the connection is for, in error messages
     * @return what the handshake returned; the socket stays open and has no timeout
     */
    final <T> T connect(String purpose, Duration timeout, Handshake<T> handshake) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        Socket socket = dial(purpose, timeout);
        try {
            DeadlineInput in = new DeadlineInput(socket);
            in.limit(Duration.ofNanos(deadline - System.nanoTime()));
            T result = handshake.run(socket, in);
            in.unlimited();
            return result;
        } catch (SocketTimeoutException e) {
            Sockets.close(socket);
            throw new SocketTimeoutException(named(purpose) + ": no answer within " + TimeText.of(timeout));
        } catch (DialException e) {
            Sockets.close(socket);
            throw failure(e.kind(), purpose, address + ": " + e.getMessage());
        } catch (IOException | IllegalArgumentException e) {
            Sockets.close(socket);
            throw new ConnectException(named(purpose) + ": " + e.getMessage());
        }
    }

    private Socket dial(String purpose, Duration timeout) throws IOException {
        try {
            return dialer.connect(address, timeout);
        } catch (IOException e) {
            // The look-up of the target's name, which came first, may have left too little time.
            boolean late = e instanceof SocketTimeoutException && timeout.compareTo(FAIR_TIMEOUT) < 0;
            throw failure(late ? DialError.TIMEOUT : DialError.LOCAL, purpose, e.getMessage());
        }
    }

    /** Logs a problem of the proxy and not of the target; otherwise only the client would see it. */
    private static DialException failure(DialError kind, String purpose, String problem) {
        if (kind == DialError.LOCAL) {
            UNUSABLE.warn("can't use the upstream proxy " + problem);
        }
        return new DialException(kind, purpose + " through proxy " + problem);
    }

    private String named(String purpose) {
        return purpose + " through proxy " + address;
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
