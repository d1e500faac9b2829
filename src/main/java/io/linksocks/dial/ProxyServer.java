package io.linksocks.dial;

import io.linksocks.util.DeadlineInput;
import io.linksocks.util.Endpoint;
import io.linksocks.util.RateLimitedLogger;
import io.linksocks.util.Sockets;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** The proxy in front of the targets: connects to it and says what is to be said, all within one timeout. */
final class ProxyServer {
    /** What is said on a fresh connection. It reads the proxy's answer and not a byte more: what follows is payload. */
    @FunctionalInterface
    interface Handshake<T> {
        T run(Socket socket, InputStream in) throws IOException;
    }

    /** In less time than this, a proxy that does not answer may still be well. */
    private static final Duration FAIR_TIMEOUT = Dialer.CONNECT_TIMEOUT.dividedBy(2);
    private static final RateLimitedLogger UNUSABLE = new RateLimitedLogger(System.getLogger(ProxyServer.class.getName()));

    private final Endpoint address;
    private final Dialer dialer;

    ProxyServer(Endpoint address) {
        this(address, new DirectDialer());
    }

    /** @param dialer reaches the proxy itself */
    ProxyServer(Endpoint address, Dialer dialer) {
        this.address = address;
        this.dialer = dialer;
    }

    /**
     * Connects and shakes hands.
     *
     * @param purpose what the connection is for, in error messages
     * @return what the handshake returned; the socket stays open and has no timeout
     */
    <T> T connect(String purpose, Duration timeout, Handshake<T> handshake) throws IOException {
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
            throw new SocketTimeoutException(named(purpose) + ": no answer within " + timeout.toSeconds() + " s");
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
            // What is left of the time may be short because of the target, whose name was looked up first.
            boolean late = e instanceof SocketTimeoutException && timeout.compareTo(FAIR_TIMEOUT) < 0;
            throw failure(late ? DialError.TIMEOUT : DialError.LOCAL, purpose, e.getMessage());
        }
    }

    /** Logs what is wrong with the proxy and not with the target, which otherwise only the client would be told. */
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
