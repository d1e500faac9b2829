package io.linksocks.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.access.AccessPolicy;
import io.linksocks.access.AccessRules;
import io.linksocks.dial.Datagram;
import io.linksocks.dial.DatagramPath;
import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.Dialer;
import io.linksocks.dial.DirectDialer;
import io.linksocks.dial.FakeProxy;
import io.linksocks.dial.RelayCounters;
import io.linksocks.dial.UpstreamProxy;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelException;
import io.linksocks.session.Waiting;
import io.linksocks.util.Endpoint;
import io.linksocks.util.RecordedLog;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The dialling side, opened by a session without a network. */
@Timeout(240)
class TargetEgressTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Slice ONE = Slice.of(new byte[] {1});

    private static SessionPair sessions(Dialer dialer) {
        return new SessionPair(new TargetEgress(dialer, BatchOptions.DEFAULT, new RelayCounters()));
    }

    private static String refusal(Dialer dialer, Transport transport, Endpoint target) throws IOException {
        try (SessionPair sessions = sessions(dialer)) {
            Channel channel = sessions.opener.open(transport, target);
            return assertThrows(ChannelException.class, () -> channel.awaitConfirmation(LONG)).getMessage();
        }
    }

    /** A path whose two directions are queues; the empty datagram ends the one that is received from. */
    private static final class QueuePath implements DatagramPath {
        volatile String lost = "";
        final BlockingQueue<Datagram> sent = new ArrayBlockingQueue<>(100);
        final BlockingQueue<Datagram> answers = new ArrayBlockingQueue<>(100);

        @Override
        public DatagramChannel socket() {
            return null;
        }

        @Override
        public boolean send(Datagram datagram) throws IOException {
            if (datagram.address().port() == 0 || datagram.address().host().equals(lost)) {
                throw new IOException("lost");
            }
            return sent.add(new Datagram(Slice.of(datagram.payload().toBytes()), datagram.address()));
        }

        @Override
        public Datagram receive(ByteBuffer buffer) throws IOException {
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
        assertEquals("no way today", refusal(dialer, Transport.TCP, new Endpoint("a.invalid", 1)));
        assertEquals("no way today", refusal(dialer, Transport.UDP, null));
    }

    /** The rules of this side, a proxy that can't be used, a proxy with rules of its own, and a target that refuses. */
    @Test
    void aTargetThatIsNotReachedIsLoggedOnce() throws IOException {
        DestinationGuard closed = new DestinationGuard(
                () -> new AccessPolicy(AccessRules.parse(List.of("10.0.0.1:1")), List.of(), false), new RelayCounters());
        assertEquals(List.of("DestinationGuard"), loggersOf(new TargetEgress(new DirectDialer(), BatchOptions.DEFAULT,
                new RelayCounters()).guardedBy(closed)));
        assertEquals(0, loggersOf(egress(UpstreamProxy.parse(URI.create("http://127.0.0.1:1")))).stream()
                .filter("TargetEgress"::equals).count());
        try (FakeProxy proxy = new FakeProxy(connection -> {
            connection.expect("05 01 00");
            connection.send("05 00");
            connection.expect("05 01 00 01 7f 00 00 01 00 01");
            connection.send("05 02 00 01 00 00 00 00 00 00");
        })) {
            assertEquals(List.of("TargetEgress"),
                    loggersOf(egress(UpstreamProxy.parse(URI.create("socks5://" + proxy.address())))));
        }
        assertEquals(List.of("TargetEgress"), loggersOf(egress(new DirectDialer())));
    }

    private static TargetEgress egress(Dialer dialer) {
        return new TargetEgress(dialer, BatchOptions.DEFAULT, new RelayCounters());
    }

    /** Who has logged, for people to see it, that port 1 of this machine was not reached. */
    private static List<String> loggersOf(TargetEgress egress) throws IOException {
        try (RecordedLog log = new RecordedLog("io.linksocks"); SessionPair sessions = new SessionPair(egress)) {
            Channel channel = sessions.opener.open(Transport.TCP, new Endpoint("127.0.0.1", 1));
            assertThrows(ChannelException.class, () -> channel.awaitConfirmation(LONG));
            return log.classes();
        }
    }

    @Test
    void refusesAChannelWhenItFailsUnexpectedly() throws IOException {
        Dialer dialer = new Dialer() {
            @Override
            public Socket connect(Endpoint target, Duration timeout) {
                throw new IllegalStateException("test");
            }

            @Override
            public DatagramPath openDatagramPath(Duration timeout) {
                throw new IllegalStateException("test");
            }
        };
        assertEquals("failed unexpectedly", refusal(dialer, Transport.TCP, new Endpoint("a.invalid", 1)));
        assertEquals("failed unexpectedly", refusal(dialer, Transport.UDP, null));
    }

    @Test
    void refusesUdpBehindAnHttpProxy() throws IOException {
        assertEquals("no UDP through an HTTP proxy", refusal(
                UpstreamProxy.parse(URI.create("http://127.0.0.1:1")), Transport.UDP, null));
    }

    @Test
    void connectsStreamsThroughAProxy() throws IOException {
        try (FakeProxy proxy = new FakeProxy(connection -> {
            connection.head();
            connection.text("HTTP/1.1 200 OK\r\n\r\nhello");
            connection.awaitEnd();
        }); SessionPair sessions = sessions(UpstreamProxy.parse(URI.create("http://" + proxy.address())))) {
            Channel channel = sessions.opener.open(Transport.TCP, new Endpoint("a.invalid", 1));
            channel.awaitConfirmation(LONG);
            assertArrayEquals("hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                    channel.receive().payload().toBytes());
        }
    }

    @Test
    void carriesDatagramsBothWays() throws Exception {
        QueuePath path = new QueuePath();
        try (SessionPair sessions = sessions(new Fixed(path, ""))) {
            Channel channel = sessions.opener.open(Transport.UDP, null);
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
            Channel channel = sessions.opener.open(Transport.UDP, null);
            channel.awaitConfirmation(LONG);
            path.close();
            assertEquals(null, channel.receive());
        }
    }

    /** Dials nothing until it is let go, and tells who was interrupted. */
    private static final class SlowDialer implements Dialer {
        final BlockingQueue<String> interrupted = new ArrayBlockingQueue<>(100);
        final CountDownLatch goOn = new CountDownLatch(1);
        final Dialer direct = new DirectDialer();

        @Override
        public Socket connect(Endpoint target, Duration timeout) throws IOException {
            await(target.toString());
            return direct.connect(target, timeout);
        }

        @Override
        public DatagramPath openDatagramPath(Duration timeout) throws IOException {
            await("UDP");
            return direct.openDatagramPath(timeout);
        }

        private void await(String what) throws IOException {
            try {
                goOn.await();
            } catch (InterruptedException e) {
                interrupted.add(what);
                throw new IOException("interrupted");
            }
        }
    }

    @Test
    void aDisconnectCancelsTheDial() throws Exception {
        SlowDialer dialer = new SlowDialer();
        try (SessionPair sessions = sessions(dialer)) {
            sessions.opener.open(Transport.TCP, new Endpoint("192.0.2.1", 1)).close("");
            assertEquals("192.0.2.1:1", dialer.interrupted.take());
            sessions.opener.open(Transport.TCP, new Endpoint("192.0.2.2", 1)).close("reset");
            assertEquals("192.0.2.2:1", dialer.interrupted.take());
            sessions.opener.open(Transport.UDP, null).close("");
            assertEquals("UDP", dialer.interrupted.take());
        }
    }

    @Test
    void theEndOfTheSessionCancelsTheDial() throws Exception {
        SlowDialer dialer = new SlowDialer();
        try (SessionPair sessions = sessions(dialer)) {
            sessions.opener.open(Transport.TCP, new Endpoint("192.0.2.1", 1));
            Waiting.until("asked for", () -> sessions.dialler.channelCount() == 1);
        }
        assertEquals("192.0.2.1:1", dialer.interrupted.take());
    }

    /** A client that opens fast may send what it has and leave. */
    @Test
    void dataInFrontOfAnOrderlyDisconnectIsDelivered() throws Exception {
        SlowDialer dialer = new SlowDialer();
        try (ServerSocket target = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
                SessionPair sessions = sessions(dialer)) {
            Channel channel = sessions.opener.open(Transport.TCP, Endpoint.of(target.getInetAddress(), target.getLocalPort()));
            byte[] array = new byte[MessageWriter.DATA_ROOM + 1];
            array[MessageWriter.DATA_ROOM] = 7;
            channel.send(Compression.NONE, new Slice(array, MessageWriter.DATA_ROOM, 1));
            channel.close("");
            Waiting.until("closed", () -> sessions.dialler.channelCount() == 0);
            dialer.goOn.countDown();
            try (Socket accepted = target.accept()) {
                assertEquals(7, accepted.getInputStream().read());
            }
        }
    }

    @Test
    void oneClientHasOnlySoManyDialsUnderWay() throws Exception {
        SlowDialer dialer = new SlowDialer();
        TargetEgress egress = new TargetEgress(dialer, BatchOptions.DEFAULT, new RelayCounters());
        try (SessionPair greedy = new SessionPair(egress.guardedBy(DestinationGuard.open()));
                SessionPair other = new SessionPair(egress.guardedBy(DestinationGuard.open()));
                ServerSocket target = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            Endpoint address = Endpoint.of(target.getInetAddress(), target.getLocalPort());
            List<Channel> channels = new ArrayList<>();
            for (int i = 0; i <= ClientDials.MAX; i++) {
                channels.add(greedy.opener.open(Transport.TCP, new Endpoint("127.0.0.1", 1)));
            }
            Waiting.until("one is refused", () -> channels.stream().anyMatch(Channel::isClosed));
            assertEquals(1, channels.stream().filter(Channel::isClosed).count());
            Channel channel = other.opener.open(Transport.TCP, address);
            dialer.goOn.countDown();
            channel.awaitConfirmation(LONG);
        }
    }

    @Test
    void namesOfDatagramsAreResolvedAndAnswersTakenFromAnybody() throws Exception {
        try (DatagramSocket target = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
                DatagramSocket other = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
                SessionPair sessions = sessions(new DirectDialer())) {
            Channel channel = sessions.opener.open(Transport.UDP, null);
            channel.awaitConfirmation(LONG);
            target.setSoTimeout(20_000);
            channel.sendDatagram(ONE, null, new Endpoint("nowhere.invalid", 1));
            channel.sendDatagram(ONE, null, new Endpoint("localhost", target.getLocalPort()));
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            target.receive(packet);
            assertEquals(1, packet.getLength());
            other.send(new DatagramPacket(new byte[] {2}, 1, InetAddress.getByName("127.0.0.1"), packet.getPort()));
            Message.Data answer = channel.receive();
            assertEquals(new Endpoint("127.0.0.1", other.getLocalPort()), answer.source());
            assertArrayEquals(new byte[] {2}, answer.payload().toBytes());
        }
    }

    /** The second address is for families that this machine has no route for. */
    @Test
    void aDatagramGoesToTheFirstAddressThatTakesIt() throws Exception {
        QueuePath path = new QueuePath();
        try (SessionPair sessions = new SessionPair(new TargetEgress(new Fixed(path, ""), BatchOptions.DEFAULT,
                new RelayCounters())
                .guardedBy(new DestinationGuard(() -> new AccessPolicy(AccessRules.NONE, List.of(), true), new RelayCounters(),
                        (target, timeout) -> new InetAddress[] {InetAddress.getByName("8.8.8.8"),
                                InetAddress.getByName("2001:4860::8")},
                        false)))) {
            Channel channel = sessions.opener.open(Transport.UDP, null);
            channel.awaitConfirmation(LONG);
            path.lost = "8.8.8.8";
            channel.sendDatagram(ONE, null, new Endpoint("dual.example", 53));
            assertEquals(new Endpoint("2001:4860::8", 53), path.sent.take().address());
        }
    }
}
