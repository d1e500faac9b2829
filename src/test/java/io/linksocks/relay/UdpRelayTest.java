package io.linksocks.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.dial.Datagram;
import io.linksocks.dial.DatagramPath;
import io.linksocks.dial.Dialer;
import io.linksocks.dial.DirectDialer;
import io.linksocks.dial.RelayCounters;
import io.linksocks.protocol.Features;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelException;
import io.linksocks.session.MemoryLink;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.SessionLimits;
import io.linksocks.session.Waiting;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Sockets;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The dialling end of a UDP channel at a socket that can be in the event loop. */
@Timeout(240)
class UdpRelayTest {
    private static final NegotiatedParameters PARAMETERS =
            new NegotiatedParameters(Features.ALL, new UUID(1, 2), 256 << 10, Duration.ofSeconds(1));
    private static final int LINK_CAPACITY = 100;
    private static final int BURST = 1000;

    private final MemoryLink.Pair link = MemoryLink.pair("test", LINK_CAPACITY);
    private final Path path = new Path(new DirectDialer().openDatagramPath(Dialer.CONNECT_TIMEOUT));
    private final TargetEgress egress =
            new TargetEgress(new PathDialer(path), BatchOptions.DEFAULT, new RelayCounters());
    private final SessionPair sessions = new SessionPair(link, PARAMETERS, SessionLimits.DEFAULT, this::accept);
    private final DatagramSocket target = Sockets.expectBursts(new DatagramSocket(0, InetAddress.getLoopbackAddress()));
    private volatile Channel accepted;
    private final Channel channel = sessions.opener.open(Transport.UDP, null);

    UdpRelayTest() throws IOException {
        target.setSoTimeout(20_000);
    }

    private void accept(Channel dialled) {
        accepted = dialled;
        egress.accept(dialled);
    }

    /** Sends directly, unless the socket is said to be full. */
    private static final class Path implements DatagramPath {
        private final DatagramPath direct;
        final CountDownLatch sending = new CountDownLatch(1);
        volatile boolean full;
        /** What sending waits for; null for nothing. */
        volatile CountDownLatch obstacle;

        Path(DatagramPath direct) {
            this.direct = direct;
        }

        @Override
        public DatagramChannel socket() {
            return direct.socket();
        }

        @Override
        public boolean takesNames() {
            return false;
        }

        @Override
        public boolean send(Datagram datagram) throws IOException {
            if (obstacle != null) {
                sending.countDown();
                await(obstacle);
            }
            return (!full || socket().isBlocking()) && direct.send(datagram);
        }

        @Override
        public Datagram receive(ByteBuffer buffer) throws IOException {
            return direct.receive(buffer);
        }

        @Override
        public void close() throws IOException {
            direct.close();
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private record PathDialer(DatagramPath path) implements Dialer {
        @Override
        public Socket connect(Endpoint to, Duration timeout) throws IOException {
            throw new IOException("no TCP here");
        }

        @Override
        public DatagramPath openDatagramPath(Duration timeout) {
            return path;
        }
    }

    @BeforeEach
    void awaitQuiet() throws Exception {
        channel.awaitConfirmation(Duration.ofSeconds(20));
        Waiting.until("the socket is quiet", this::isQuiet);
    }

    @AfterEach
    void close() {
        sessions.close();
        target.close();
    }

    private boolean isQuiet() {
        return !path.socket().isBlocking();
    }

    private void send(String text) throws IOException {
        Slice payload = Slice.of(text.getBytes(StandardCharsets.US_ASCII));
        channel.sendDatagram(payload, null, new Endpoint(target.getLocalAddress().getHostAddress(), target.getLocalPort()));
    }

    private DatagramPacket receivedByTarget() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
        target.receive(packet);
        return packet;
    }

    private void assertTargetReceives(String text) throws IOException {
        DatagramPacket packet = receivedByTarget();
        assertEquals(text, new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII));
    }

    private void answer(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        InetSocketAddress to = new InetSocketAddress(target.getLocalAddress(), path.socket().socket().getLocalPort());
        target.send(new DatagramPacket(bytes, bytes.length, to));
    }

    private void assertAnswered(String text) throws IOException {
        Message.Data data = channel.receive();
        assertEquals(text, new String(data.payload().toBytes(), StandardCharsets.US_ASCII));
        assertEquals(target.getLocalPort(), data.source().port());
        channel.consumed(data);
    }

    private void converse() throws IOException {
        send("question");
        assertTargetReceives("question");
        answer("answer");
        assertAnswered("answer");
    }

    private void assertGetsQuietAgain() throws IOException {
        while (!isQuiet()) {
            converse();
        }
        converse();
    }

    /** An acknowledgement that is just being sent leaves a few datagrams to a thread, more often on a busy machine. */
    @Test
    void aConversationLeavesTheSocketQuiet() throws Exception {
        for (int inARow = 0; inARow < 10;) {
            converse();
            inARow = isQuiet() ? inARow + 1 : 0;
        }
    }

    @Test
    void emptyDatagramsPassBothWays() throws Exception {
        send("");
        assertTargetReceives("");
        answer("");
        assertAnswered("");
    }

    @Test
    void aFullSocketLeavesDatagramsToAThread() throws Exception {
        path.full = true;
        for (int i = 0; i < 20; i++) {
            send("" + i);
        }
        for (int i = 0; i < 20; i++) {
            assertTargetReceives("" + i);
        }
        assertTrue(!isQuiet());
        path.full = false;
        assertGetsQuietAgain();
    }

    @Test
    void aLinkThatTakesNothingLeavesDatagramsToAThread() throws Exception {
        link.client().freeze();
        int[] sent = {0};
        Waiting.until("a thread waits for the link", () -> {
            if (sent[0] < 2 * LINK_CAPACITY) { // as many as the socket's buffer holds, when its reader is slow
                answerQuietly("" + sent[0]++);
            }
            return !isQuiet();
        });
        send("goes through the same session");
        assertTargetReceives("goes through the same session");
        link.client().thaw();
        for (int i = 0; i < sent[0]; i++) {
            assertAnswered("" + i);
        }
        assertGetsQuietAgain();
    }

    private void answerQuietly(String text) {
        try {
            answer(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aBurstArrivesWholeInEachDirection() throws Exception {
        Assumptions.assumeTrue(target.getReceiveBufferSize() >= 2 << 20, "the system allows no larger buffer");
        for (int i = 0; i < BURST; i++) {
            send("" + i);
        }
        for (int i = 0; i < BURST; i++) {
            assertTargetReceives("" + i);
        }
        for (int i = 0; i < BURST; i++) {
            answer("" + i);
        }
        for (int i = 0; i < BURST; i++) {
            assertAnswered("" + i);
        }
    }

    /** Two channels may take each other's memory. */
    @Test
    void closingTheChannelDoesNotWaitForWhoeverSends() throws Exception {
        CountDownLatch obstacle = new CountDownLatch(1);
        path.obstacle = obstacle;
        send("question");
        await(path.sending);
        accepted.discard("memory is needed elsewhere");
        obstacle.countDown();
        assertTargetReceives("question");
        Waiting.until("the path is closed", () -> !path.socket().isOpen());
    }

    @Test
    void whatWasSentBeforeTheChannelWasClosedStillArrives() throws Exception {
        for (int i = 0; i < 3; i++) {
            send("" + i);
        }
        channel.close("");
        for (int i = 0; i < 3; i++) {
            assertTargetReceives("" + i);
        }
        Waiting.until("the path is closed", () -> !path.socket().isOpen());
    }

    @Test
    void theChannelEndsWithThePath() throws Exception {
        path.close();
        assertThrows(ChannelException.class, channel::receive);
    }
}
