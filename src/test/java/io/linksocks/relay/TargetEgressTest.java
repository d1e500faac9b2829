package io.linksocks.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.protocol.Message;
import io.linksocks.protocol.Protocol;
import io.linksocks.protocol.Slice;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelException;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The dialling side, opened by a session without a network. */
@Timeout(30)
class TargetEgressTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Slice ONE = Slice.of(new byte[] {1});

    private static SessionPair sessions(Dialer dialer) {
        return new SessionPair(new TargetEgress(dialer, BatchOptions.DEFAULT, new RelayCounters()));
    }

    private static String refusal(Dialer dialer, Protocol protocol, Endpoint target) throws IOException {
        try (SessionPair sessions = sessions(dialer)) {
            Channel channel = sessions.opener.open(protocol, target);
            return assertThrows(ChannelException.class, () -> channel.awaitConfirmation(LONG)).getMessage();
        }
    }

    /** A path whose two directions are queues; the empty datagram ends the one that is received from. */
    private static final class QueuePath implements DatagramPath {
        final BlockingQueue<Datagram> sent = new ArrayBlockingQueue<>(100);
        final BlockingQueue<Datagram> answers = new ArrayBlockingQueue<>(100);

        @Override
        public void send(Datagram datagram) throws IOException {
            if (datagram.address().port() == 0) {
                throw new IOException("lost");
            }
            sent.add(new Datagram(Slice.of(datagram.payload().toBytes()), datagram.address()));
        }

        @Override
        public Datagram receive() throws IOException {
            try {
                Datagram next = answers.take();
                if (next.payload().length() == 0) {
                    throw new IOException("path ended");
                }
                return next;
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void close() {
            answers.add(new Datagram(Slice.of(new byte[0]), null));
        }
    }

    /** Has no memory for any answer. */
    private static final class GreedyPath implements DatagramPath {
        @Override
        public void send(Datagram datagram) {}

        @Override
        public Datagram receive() {
            throw new OutOfMemoryError("full");
        }

        @Override
        public void close() {}
    }

    private record Fixed(DatagramPath path, String error) implements Dialer {
        @Override
        public Socket connect(Endpoint target, Duration timeout) throws IOException {
            throw new ConnectException(error);
        }

        @Override
        public DatagramPath openDatagramPath(Duration timeout) throws IOException {
            if (path == null) {
                throw new ConnectException(error);
            }
            return path;
        }
    }

    @Test
    void saysWhyATargetCantBeReached() throws IOException {
        Dialer dialer = new Fixed(null, "no way today");
        assertEquals("no way today", refusal(dialer, Protocol.TCP, new Endpoint("a.invalid", 1)));
        assertEquals("no way today", refusal(dialer, Protocol.UDP, null));
    }

    /** The opener would wait until its time is over. */
    @Test
    void refusesAlsoWhenMemoryRanOut() throws IOException {
        Dialer dialer = new Dialer() {
            @Override
            public Socket connect(Endpoint target, Duration timeout) {
                throw new OutOfMemoryError("full");
            }

            @Override
            public DatagramPath openDatagramPath(Duration timeout) {
                throw new OutOfMemoryError("full");
            }
        };
        assertEquals("full", refusal(dialer, Protocol.TCP, new Endpoint("a.invalid", 1)));
        assertEquals("full", refusal(dialer, Protocol.UDP, null));
    }

    @Test
    void refusesUdpBehindAnHttpProxy() throws IOException {
        assertEquals("no UDP through an HTTP proxy", refusal(
                new HttpProxyDialer(new Endpoint("127.0.0.1", 1), null, ""), Protocol.UDP, null));
    }

    @Test
    void connectsStreamsThroughAProxy() throws IOException {
        try (FakeProxy proxy = new FakeProxy(connection -> {
            connection.head();
            connection.text("HTTP/1.1 200 OK\r\n\r\nhello");
            connection.awaitEnd();
        }); SessionPair sessions = sessions(new HttpProxyDialer(proxy.address(), null, ""))) {
            Channel channel = sessions.opener.open(Protocol.TCP, new Endpoint("a.invalid", 1));
            channel.awaitConfirmation(LONG);
            assertArrayEquals("hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                    channel.receive().payload().toBytes());
        }
    }

    @Test
    void carriesDatagramsBothWays() throws Exception {
        QueuePath path = new QueuePath();
        try (SessionPair sessions = sessions(new Fixed(path, ""))) {
            Channel channel = sessions.opener.open(Protocol.UDP, null);
            channel.awaitConfirmation(LONG);
            channel.sendDatagram(ONE, null, new Endpoint("lost.invalid", 0));
            channel.sendDatagram(ONE, null, null);
            channel.sendDatagram(ONE, null, new Endpoint("a.invalid", 53));
            assertEquals(new Endpoint("a.invalid", 53), path.sent.take().address());
            channel.sendDatagram(ONE, new Endpoint("b.invalid", 53), null);
            assertEquals(new Endpoint("b.invalid", 53), path.sent.take().address());

            path.answers.add(new Datagram(ONE, new Endpoint("192.0.2.1", 53)));
            Message.Data answer = channel.receive();
            assertEquals(new Endpoint("192.0.2.1", 53), answer.source());
            assertArrayEquals(ONE.toBytes(), answer.payload().toBytes());
        }
    }

    @Test
    void aPathThatEndsClosesItsChannel() throws Exception {
        QueuePath path = new QueuePath();
        try (SessionPair sessions = sessions(new Fixed(path, ""))) {
            Channel channel = sessions.opener.open(Protocol.UDP, null);
            channel.awaitConfirmation(LONG);
            path.close();
            assertEquals(null, channel.receive());
        }
    }

    @Test
    void aPathThatRanOutOfMemoryClosesItsChannel() throws Exception {
        try (SessionPair sessions = sessions(new Fixed(new GreedyPath(), ""))) {
            Channel channel = sessions.opener.open(Protocol.UDP, null);
            channel.awaitConfirmation(LONG);
            assertEquals(null, channel.receive());
        }
    }

    @Test
    void theDirectPathResolvesNamesAndTakesAnswersFromAnybody() throws Exception {
        try (DatagramSocket target = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
                DatagramSocket other = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
                DatagramPath path = new DirectDialer().openDatagramPath(LONG)) {
            target.setSoTimeout(20_000);
            path.send(new Datagram(ONE, new Endpoint("localhost", target.getLocalPort())));
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            target.receive(packet);
            assertEquals(1, packet.getLength());
            other.send(new DatagramPacket(new byte[] {2}, 1, packet.getSocketAddress()));
            Datagram answer = path.receive();
            assertEquals(new Endpoint("127.0.0.1", other.getLocalPort()), answer.address());
            assertArrayEquals(new byte[] {2}, answer.payload().toBytes());
            assertThrows(IOException.class, () -> path.send(new Datagram(ONE, new Endpoint("nowhere.invalid", 1))));
        }
    }
}
