package io.linksocks.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Features;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.session.Channel;
import io.linksocks.session.MemoryBudget;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.Session;
import io.linksocks.session.SessionLimits;
import io.linksocks.session.Waiting;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a relay ends when its channel does, at a socket that is silent or is not read. */
@Timeout(240)
class TcpRelayTest {
    private static final Duration SHORT = Duration.ofMillis(100);
    static final int PIECE = 64 << 10;
    private static final NegotiatedParameters PARAMETERS =
            new NegotiatedParameters(Features.ALL, new UUID(1, 2), 256 << 10, Duration.ofSeconds(1));

    private final MemoryBudget budget = new MemoryBudget(1 << 30);
    final SessionPair sessions = new SessionPair(PARAMETERS, SessionLimits.DEFAULT.withMemory(budget),
            accepted -> Threads.start("relay", () -> relay(accepted)));
    final Session dialler = sessions.dialler;
    Socket socket;
    private ServerSocket port;
    /** From the opener to the socket, which leads to the target. */
    Channel channel;
    Socket target;
    private long received;
    private int looks;

    @BeforeEach
    void connect() throws Exception {
        port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        socket = unconnected();
        socket.connect(port.getLocalSocketAddress());
        target = port.accept();
        channel = sessions.opener.open(Transport.TCP, new Endpoint("target.example", 1));
        channel.awaitConfirmation(Duration.ofSeconds(20));
    }

    Socket unconnected() throws IOException {
        return new Socket();
    }

    private void relay(Channel accepted) {
        try {
            accepted.confirm();
            TcpRelay relay = new TcpRelay(socket, null, accepted, BatchOptions.DEFAULT, SHORT);
            relay.begin();
            relay.run();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() throws IOException {
        sessions.close();
        socket.close();
        target.close();
        port.close();
    }

    private void halfClose() throws IOException {
        channel.finish();
        assertEquals(-1, target.getInputStream().read());
        assertFalse(socket.isClosed());
    }

    void assertClosed() {
        Waiting.until("the socket is closed", socket::isClosed);
    }

    @Test
    void aSilentSocketIsClosedWhenTheStreamBreaksOffAfterItsEnd() throws Exception {
        halfClose();
        channel.close("gone");
        assertClosed();
    }

    @Test
    void aSilentSocketIsClosedWhenTheSessionEndsAfterTheStream() throws Exception {
        halfClose();
        sessions.opener.close(1000, "client stops");
        assertClosed();
    }

    @Test
    void aSilentSocketIsClosedSomeTimeAfterBothDirectionsHaveEnded() throws Exception {
        halfClose();
        channel.close("");
        assertClosed();
    }

    // --- a target that does not read -----------------------------------------------------------------------------------

    private void fill() {
        Threads.start("sender", () -> {
            try {
                while (true) {
                    channel.send(Compression.NONE, new Slice(BufferPool.HEAP.take(), MessageWriter.DATA_ROOM, PIECE));
                }
            } catch (IOException e) {
                assertTrue(channel.isClosed());
            }
        });
        Waiting.until("data waits, and the system takes no more", this::isStuck);
    }

    /** A sender without credit for so many looks has a receiver whose socket takes nothing. */
    private boolean isStuck() {
        long now = dialler.channels().getFirst().receivedBytes();
        looks = now == received ? looks + 1 : 0;
        received = now;
        return dialler.queuedBytes() >= 3 * PIECE && looks > 500;
    }

    @Test
    void whatWaitsBehindAnOrderlyEndIsCountedUntilItIsTaken() throws Exception {
        fill();
        channel.close("");
        Waiting.until("the channel is gone", () -> dialler.channelCount() == 0);
        assertTrue(budget.used() >= 3 * PIECE, () -> budget.used() + " bytes");
        assertTrue(target.getInputStream().readAllBytes().length >= 3 * PIECE);
        Waiting.until("all given back", () -> budget.used() == 0);
    }

    @Test
    void aSocketThatTakesNothingIsClosedWhenTheStreamBreaksOff() {
        fill();
        channel.close("gone");
        assertClosed();
        assertThrows(SocketException.class, () -> target.getInputStream().readAllBytes());
        Waiting.until("all given back", () -> budget.used() == 0);
    }
}
