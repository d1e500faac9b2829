package io.linksocks.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.RelayCounters;
import io.linksocks.protocol.Slice;
import io.linksocks.relay.BatchOptions;
import io.linksocks.relay.ChannelOpener;
import io.linksocks.relay.SessionPair;
import io.linksocks.relay.SessionPool;
import io.linksocks.session.Channel;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.SessionLimits;
import io.linksocks.session.Waiting;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A UDP forward, with the dialling side played by hand. */
@Timeout(240)
class UdpForwardTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final Endpoint TARGET = new Endpoint("192.0.2.1", 53);
    private static final Duration LONG = Duration.ofHours(1);

    private final BlockingQueue<Channel> dialled = new LinkedBlockingQueue<>();
    private final SessionPair sessions = new SessionPair(parameters(), SessionLimits.DEFAULT, dialled::add);
    private final SessionPool pool = new SessionPool();
    private final List<DatagramSocket> clients = new ArrayList<>();
    private TunnelEntry entry;
    private UdpForward forward;

    /** Without extensions, datagrams always have a thread. */
    NegotiatedParameters parameters() {
        return NegotiatedParameters.BASE;
    }

    @AfterEach
    void closeAll() {
        forward.close();
        sessions.close();
        clients.forEach(DatagramSocket::close);
    }

    private void open(Duration idleLimit) throws IOException {
        open(idleLimit, true);
    }

    private void open(Duration idleLimit, boolean fastOpen) throws IOException {
        pool.add(sessions.opener);
        EntryOptions options = new EntryOptions(null, fastOpen, BatchOptions.DEFAULT, 1, DestinationGuard.open(),
                new RelayCounters(), List.of(), false);
        entry = new TunnelEntry(new ChannelOpener(pool, Duration.ZERO), options);
        forward = new UdpForward(Sockets.bind(new InetSocketAddress(LOOPBACK, 0), false), TARGET, entry, idleLimit);
    }

    private DatagramSocket client() throws IOException {
        DatagramSocket client = new DatagramSocket(0, LOOPBACK);
        client.setSoTimeout(20_000);
        clients.add(client);
        return client;
    }

    private void send(DatagramSocket client, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        client.send(new DatagramPacket(bytes, bytes.length, forward.address()));
    }

    private static String receive(DatagramSocket client) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        client.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
    }

    private static void answer(Channel channel, String text) throws IOException {
        channel.sendDatagram(Slice.of(text.getBytes(StandardCharsets.US_ASCII)), new Endpoint("198.51.100.1", 1), null);
    }

    @Test
    void everyAddressHasAChannelOfItsOwn() throws Exception {
        open(LONG);
        DatagramSocket one = client();
        DatagramSocket other = client();
        send(one, "one");
        Channel first = dialled.take();
        first.confirm();
        var data = first.receive();
        assertEquals(TARGET, data.target());
        assertEquals("one", new String(data.payload().toBytes(), StandardCharsets.US_ASCII));
        send(other, "other");
        Channel second = dialled.take();
        second.confirm();
        answer(second, "to other");
        answer(first, "to one");
        assertEquals("to one", receive(one));
        assertEquals("to other", receive(other));
        assertEquals(2, sessions.opener.channelCount());
    }

    @Test
    void conversationsGoOnAsTheyCome() throws Exception {
        open(LONG);
        DatagramSocket one = client();
        DatagramSocket other = client();
        send(one, "hello");
        Channel first = dialled.take();
        first.confirm();
        assertReceives(first, "hello");
        send(other, "hello");
        Channel second = dialled.take();
        second.confirm();
        assertReceives(second, "hello");
        for (int i = 0; i < 100; i++) {
            send(one, "one " + i);
            send(other, "other " + i);
            assertReceives(first, "one " + i);
            assertReceives(second, "other " + i);
            answer(second, "to other " + i);
            answer(first, "to one " + i);
            assertEquals("to one " + i, receive(one));
            assertEquals("to other " + i, receive(other));
        }
        assertEquals(2, sessions.opener.channelCount());
    }

    private static void assertReceives(Channel channel, String text) throws IOException {
        assertEquals(text, new String(channel.receive().payload().toBytes(), StandardCharsets.US_ASCII));
    }

    @Test
    void silenceEndsAChannel() throws Exception {
        open(Duration.ofMillis(50));
        DatagramSocket client = client();
        send(client, "first");
        dialled.take().confirm();
        Waiting.until("idle", () -> sessions.opener.channelCount() == 0);
        awaitAnother(client);
    }

    @Test
    void aChannelThatEndedIsOpenedAgain() throws Exception {
        open(LONG);
        DatagramSocket client = client();
        send(client, "first");
        dialled.take().refuse("no UDP here");
        awaitAnother(client);
    }

    /** What comes while the old channel is put away may be lost. */
    private void awaitAnother(DatagramSocket client) {
        Waiting.until("another channel is open", () -> {
            sendQuietly(client);
            return !dialled.isEmpty();
        });
    }

    private void sendQuietly(DatagramSocket client) {
        try {
            send(client, "again");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void addressesHaveALimit() throws Exception {
        open(LONG);
        for (int i = 0; i < UdpForward.MAX_PEERS; i++) {
            send(client(), "x");
            dialled.take();
        }
        send(client(), "one too many");
        send(clients.getFirst(), "not too many");
        Waiting.until("what came after it is there", () -> sessions.dialler.channelCount() == UdpForward.MAX_PEERS);
        assertEquals(0, dialled.size());
    }

    @Test
    void datagramsThatWaitHaveALimit() throws Exception {
        open(LONG, false);
        UdpForward.Peer peer = peer();
        for (int i = 0; i < 2 * UdpForward.MAX_WAITING; i++) {
            peer.offer(text("" + i));
        }
        Threads.start("peer", peer::serve);
        Channel slow = dialled.take();
        slow.confirm();
        for (int i = 0; i < UdpForward.MAX_WAITING; i++) {
            assertEquals("" + i, new String(slow.receive().payload().toBytes(), StandardCharsets.US_ASCII));
        }
        peer.offer(text("again"));
        assertEquals("again", new String(slow.receive().payload().toBytes(), StandardCharsets.US_ASCII));
        peer.close();
    }

    @Test
    void theirBytesHaveOneForAllAddresses() throws Exception {
        open(LONG, false);
        AtomicLong waiting = forward.waitingBytes;
        UdpForward.Peer one = peer();
        UdpForward.Peer other = peer();
        Slice large = Slice.of(new byte[60_000]);
        for (long i = 0; i <= UdpForward.MAX_WAITING_BYTES / large.length(); i++) {
            one.offer(large);
        }
        other.offer(large);
        long most = UdpForward.MAX_WAITING_BYTES / large.length() * large.length();
        assertEquals(most, waiting.get(), "what was dropped does not count");
        one.close();
        one.serve();
        assertEquals(0, dialled.size(), "nothing is dialled for an address that has gone");
        assertEquals(0, waiting.get(), "and nothing waits there");
        one.offer(large);
        assertEquals(0, waiting.get());
    }

    private UdpForward.Peer peer() throws IOException {
        return forward.new Peer((InetSocketAddress) client().getLocalSocketAddress());
    }

    private static Slice text(String text) {
        return Slice.of(text.getBytes(StandardCharsets.US_ASCII));
    }
}
