package io.linksocks.util;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class SocketsTest {
    @Test
    void aPeerThatStaysIsNoFailure() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket peer = new Socket(listener.getInetAddress(), listener.getLocalPort());
                Socket socket = listener.accept()) {
            Sockets.linger(socket);
            assertTrue(socket.isClosed());
            assertEquals(-1, peer.getInputStream().read());
        }
    }

    /** By itself the system would take some 4 MiB; the rest of the limit is the reader's receive buffer. */
    @Test
    void aReaderOnThisMachineIsSentLittleAhead() throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        try (ServerSocket listener = Sockets.listen(new InetSocketAddress(here, 0)); Socket socket = Sockets.open()) {
            // Fixed, so that it does not grow.
            listener.setReceiveBufferSize(64 << 10);
            Sockets.connect(socket, new InetSocketAddress(here, listener.getLocalPort()), Duration.ofSeconds(20));
            try (Socket reader = listener.accept()) {
                SocketChannel channel = socket.getChannel();
                channel.configureBlocking(false);
                assertTrue(ahead(channel) < 2 << 20, "of " + reader);
            }
        }
    }

    /** Bytes that the system takes without a reader. */
    private static long ahead(SocketChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(64 << 10);
        long sum = 0;
        for (int taken = channel.write(bytes); taken > 0; taken = channel.write(bytes.clear())) {
            sum += taken;
        }
        return sum;
    }
}
