package io.linksocks.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Features;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.session.Channel;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.SessionLimits;
import io.linksocks.session.Waiting;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A relay between its beginning and the first read of its socket. */
@Timeout(240)
class QuietStartTest {
    private static final int LARGE = 32 << 20;
    private static final int MESSAGE = 32 << 10;

    private final BlockingQueue<Channel> accepted = new ArrayBlockingQueue<>(1);
    private final SessionPair sessions = new SessionPair(
            new NegotiatedParameters(Features.ALL, new UUID(1, 2), 256 << 10, Duration.ofSeconds(1)),
            SessionLimits.DEFAULT, accepted::add);
    private ServerSocket port;
    private SocketChannel socket;
    private Socket target;
    private Channel opener;
    private TcpRelay relay;

    @BeforeEach
    void begin() throws Exception {
        port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        socket = SocketChannel.open(port.getLocalSocketAddress());
        target = port.accept();
        opener = sessions.opener.open(Transport.TCP, new Endpoint("target.example", 1));
        Channel channel = accepted.take();
        channel.confirm();
        relay = new TcpRelay(socket.socket(), null, channel, BatchOptions.DEFAULT);
        relay.begin();
    }

    @AfterEach
    void close() throws IOException {
        sessions.close();
        socket.close();
        target.close();
        port.close();
    }

    private void send(int bytes) throws IOException {
        for (int sent = 0; sent < bytes; sent += MESSAGE) {
            int length = Math.min(MESSAGE, bytes - sent);
            ByteBuffer buffer = BufferPool.HEAP.atLeast(MessageWriter.DATA_ROOM + length);
            opener.send(Compression.NONE, new Slice(buffer, MessageWriter.DATA_ROOM, length));
        }
    }

    @Test
    void whatArrivesIsWrittenAtOnce() throws Exception {
        send(10);
        assertEquals(10, target.getInputStream().readNBytes(10).length);
        assertFalse(socket.isBlocking(), "no thread writes");
    }

    @Test
    void aTargetThatTakesNothingIsLeftToAThread() throws Exception {
        Threads.start("sender", () -> {
            try {
                send(LARGE);
                opener.finish();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        Waiting.until("a thread writes", socket::isBlocking);
        Threads.start("relay", relay::run);
        assertEquals(LARGE, target.getInputStream().readAllBytes().length);
        target.getOutputStream().write(new byte[] {1, 2});
        target.shutdownOutput();
        assertArrayEquals(new byte[] {1, 2}, opener.receive().payload().toBytes());
        Waiting.until("the socket is closed", () -> !socket.isOpen());
    }
}
