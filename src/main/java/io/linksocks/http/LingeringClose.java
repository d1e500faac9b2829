package io.linksocks.http;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection so that the last words arrive: closing with unread input would reset it, and a reset can destroy
 * an answer before the peer has read it (RFC 9112, section 9.6).
 */
public final class LingeringClose {
    static final Duration LIMIT = Duration.ofSeconds(1);

    private LingeringClose() {}

    /** Ends the output, throws away input until the peer ends or a second has passed, and closes the socket. */
    public static void close(Socket socket) throws IOException {
        try (socket) {
            socket.shutdownOutput();
            drain(socket);
        } catch (SocketTimeoutException e) {
            // The peer had its second.
            return;
        }
    }

    private static void drain(Socket socket) throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        byte[] waste = new byte[4096];
        long left = LIMIT.toMillis();
        while (left > 0) {
            socket.setSoTimeout((int) left);
            boolean ended = socket.getInputStream().read(waste) < 0;
            left = ended ? 0 : TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        }
    }
}
