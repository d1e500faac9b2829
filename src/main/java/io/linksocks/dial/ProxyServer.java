package io.linksocks.dial;

import io.linksocks.util.DeadlineInput;
import io.linksocks.util.Endpoint;
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

    private final Endpoint address;
    private final Dialer dialer = new DirectDialer();

    ProxyServer(Endpoint address) {
        this.address = address;
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
        } catch (IOException | IllegalArgumentException e) {
            Sockets.close(socket);
            throw new ConnectException(named(purpose) + ": " + e.getMessage());
        }
    }

    private Socket dial(String purpose, Duration timeout) throws IOException {
        try {
            return dialer.connect(address, timeout);
        } catch (IOException e) {
            throw new ConnectException(purpose + " through proxy " + e.getMessage());
        }
    }

    private String named(String purpose) {
        return purpose + " through proxy " + address;
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
