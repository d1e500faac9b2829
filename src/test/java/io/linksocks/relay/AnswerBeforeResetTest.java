package io.linksocks.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Features;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelException;
import io.linksocks.session.MemoryBudget;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.SessionLimits;
import io.linksocks.session.Waiting;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that answers and closes while the upload goes on, such as with 413: its reset may not overtake its answer. */
@Timeout(240)
class AnswerBeforeResetTest {
    private static final NegotiatedParameters PARAMETERS =
            new NegotiatedParameters(Features.ALL, new UUID(1, 2), 256 << 10, Duration.ofSeconds(1));

    private final MemoryBudget budget = new MemoryBudget(1 << 30);
    private final SessionPair sessions = new SessionPair(PARAMETERS, SessionLimits.DEFAULT.withMemory(budget),
            accepted -> Threads.start("relay", () -> relay(accepted)));
    private Channel channel;

    /** Takes nothing, and gives its answer only when the relay knows that. */
    private static final class RefusingSocket extends Socket {
        private final Channel accepted;
        private final CountDownLatch refused = new CountDownLatch(1);
        private boolean answered;

        RefusingSocket(Channel accepted) {
            this.accepted = accepted;
        }

        @Override
        public OutputStream getOutputStream() {
            return new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    refused.countDown();
                    throw new IOException("Broken pipe");
                }
            };
        }

        @Override
        public InputStream getInputStream() {
            return new InputStream() {
                @Override
                public int read() {
                    throw new AssertionError("reads arrays only");
                }

                @Override
                public int read(byte[] array, int offset, int length) throws IOException {
                    if (answered) {
                        throw new SocketException("Connection reset");
                    }
                    answered = true;
                    awaitRefusal();
                    System.arraycopy("413".getBytes(US_ASCII), 0, array, offset, 3);
                    return 3;
                }
            };
        }

        private void awaitRefusal() {
            try {
                refused.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            Waiting.until("the relay takes nothing more for the socket", () -> !accepted.isQuiet());
        }
    }

    private static void relay(Channel accepted) {
        try {
            accepted.confirm();
            Socket socket = new RefusingSocket(accepted);
            TcpRelay relay = new TcpRelay(socket, socket.getInputStream(), accepted, BatchOptions.DEFAULT);
            relay.begin();
            relay.run();
            Waiting.until("the socket is closed", socket::isClosed);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void open() throws Exception {
        channel = sessions.opener.open(Transport.TCP, new Endpoint("target.example", 1));
        channel.awaitConfirmation(Duration.ofSeconds(20));
    }

    @AfterEach
    void close() {
        sessions.close();
    }

    private void upload() throws IOException {
        channel.send(Compression.NONE, new Slice(BufferPool.HEAP.take(), MessageWriter.DATA_ROOM, 1000));
        Waiting.until("the channel broke off", channel::isClosed);
        assertNotNull(channel.failure());
    }

    @Test
    void theAnswerArrivesAndThenTheReset() throws Exception {
        upload();
        assertTrue(channel.hasLeftovers());
        var answer = channel.receive();
        assertEquals("413", new String(answer.payload().toBytes(), US_ASCII));
        channel.consumed(answer);
        assertThrows(ChannelException.class, channel::receive);
        Waiting.until("all given back", () -> budget.used() == 0);
    }

    @Test
    void anAnswerThatNobodyWantsIsGivenBack() throws Exception {
        upload();
        channel.discard("not wanted");
        assertThrows(ChannelException.class, channel::receive);
        Waiting.until("all given back", () -> budget.used() == 0);
    }
}
