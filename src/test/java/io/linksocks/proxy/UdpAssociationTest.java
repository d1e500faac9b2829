package io.linksocks.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.dial.DestinationGuard;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.relay.SessionPair;
import io.linksocks.session.Channel;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.SessionLimits;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Sockets;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client's side of UDP, with the dialling side played by hand. */
@Timeout(240)
class UdpAssociationTest {
    private static final String IPV4 = "000000" + "01c0000201" + "0035";
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final BlockingQueue<Channel> dialled = new ArrayBlockingQueue<>(10);
    private final SessionPair sessions = new SessionPair(parameters(), SessionLimits.DEFAULT, dialled::add);
    private final ServerSocket listener = new ServerSocket(0, 1, LOOPBACK);
    private final Socket client = new Socket(LOOPBACK, listener.getLocalPort());
    private final Socket control = listener.accept();
    private final DatagramSocket socket = new DatagramSocket(0, LOOPBACK);
    private final Channel channel = sessions.opener.open(Transport.UDP, null);
    private final Channel far;

    UdpAssociationTest() throws Exception {
        far = dialled.take();
        far.confirm();
        socket.setSoTimeout(20_000);
        client.setSoTimeout(20_000);
    }

    /** Without extensions, datagrams always have a thread. */
    NegotiatedParameters parameters() {
        return NegotiatedParameters.BASE;
    }

    @AfterEach
    void closeAll() throws IOException {
        sessions.close();
        listener.close();
        client.close();
        control.close();
        socket.close();
    }

    private UdpAssociation associate(int announcedPort) throws IOException {
        UdpAssociation association = new UdpAssociation(control, announcedPort, channel, DestinationGuard.open());
        association.start();
        return association;
    }

    private static void send(DatagramSocket from, UdpAssociation to, String hex) throws IOException {
        byte[] bytes = HexFormat.of().parseHex(hex);
        from.send(new DatagramPacket(bytes, bytes.length, to.address()));
    }

    private String received() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[70_000], 70_000);
        socket.receive(packet);
        return HexFormat.of().formatHex(Arrays.copyOf(packet.getData(), packet.getLength()));
    }

    private static Slice payload(String hex) {
        return Slice.of(HexFormat.of().parseHex(hex));
    }

    private void assertArrives(Endpoint target, String hex) throws IOException {
        Message.Data data = far.receive();
        assertEquals(target, data.target());
        assertNull(data.source());
        assertEquals(hex, HexFormat.of().formatHex(data.payload().toBytes()));
    }

    @Test
    void carriesDatagramsBothWays() throws IOException {
        try (UdpAssociation association = associate(0)) {
            assertEquals(control.getLocalAddress(), association.address().getAddress());
            send(socket, association, IPV4 + "cafe");
            assertArrives(new Endpoint("192.0.2.1", 53), "cafe");
            send(socket, association, "000000" + "0309612e696e76616c6964" + "0001");
            assertArrives(new Endpoint("a.invalid", 1), "");
            far.sendDatagram(payload("beef"), new Endpoint("2001:db8::1", 53), null);
            assertEquals("000000" + "0420010db8000000000000000000000001" + "0035" + "beef", received());
            far.sendDatagram(payload(""), new Endpoint("192.0.2.1", 53), null);
            assertEquals(IPV4, received());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "000000", "00000001", "000000" + "01c00002", "000000" + "01c0000201" + "00",
        "000000" + "0309612e69", "000000" + "0300" + "0035", "000000" + "02c0000201" + "0035" + "ff",
        "000001" + "01c0000201" + "0035" + "ff", "0000ff" + "01c0000201" + "0035" + "ff"})
    void dropsWhatHasNoHeaderOrIsAFragment(String hex) throws IOException {
        try (UdpAssociation association = associate(0)) {
            send(socket, association, hex);
            send(socket, association, IPV4 + "01");
            assertArrives(new Endpoint("192.0.2.1", 53), "01");
        }
    }

    @Test
    void takesNothingFromAnotherPortThanTheFirst() throws IOException {
        try (UdpAssociation association = associate(0);
                DatagramSocket stranger = new DatagramSocket(0, LOOPBACK)) {
            send(socket, association, IPV4 + "01");
            assertArrives(new Endpoint("192.0.2.1", 53), "01");
            send(stranger, association, IPV4 + "ff");
            send(socket, association, IPV4 + "02");
            assertArrives(new Endpoint("192.0.2.1", 53), "02");
        }
    }

    @Test
    void theFirstDatagramDecidesWhateverPortWasAnnounced() throws IOException {
        try (DatagramSocket stranger = new DatagramSocket(0, LOOPBACK);
                UdpAssociation association = associate(stranger.getLocalPort())) {
            send(socket, association, IPV4 + "01");
            assertArrives(new Endpoint("192.0.2.1", 53), "01");
            far.sendDatagram(payload("02"), new Endpoint("192.0.2.1", 53), null);
            assertEquals(IPV4 + "02", received());
            send(stranger, association, IPV4 + "ff");
            send(socket, association, IPV4 + "03");
            assertArrives(new Endpoint("192.0.2.1", 53), "03");
        }
    }

    private static boolean systemKeepsBursts() throws IOException {
        try (DatagramSocket probe = Sockets.expectBursts(new DatagramSocket())) {
            return probe.getReceiveBufferSize() >= 2 << 20;
        }
    }

    /** Nobody reads it meanwhile. As many as an inbox takes without a reader. */
    @Test
    void aBurstWaitsInTheSystemUntilItIsRead() throws Exception {
        Assumptions.assumeTrue(systemKeepsBursts(), "the system allows no larger buffer");
        UdpAssociation association = new UdpAssociation(control, 0, channel, DestinationGuard.open());
        for (int i = 0; i < 990; i++) {
            send(socket, association, IPV4 + "00".repeat(1000));
        }
        send(socket, association, IPV4 + "ff");
        association.start();
        for (int i = 0; i < 990; i++) {
            assertEquals(1000, far.receive().payload().length());
        }
        assertArrives(new Endpoint("192.0.2.1", 53), "ff");
        association.close();
    }

    @Test
    void takesNothingFromAnotherAddress() throws IOException {
        try (UdpAssociation association = associate(0);
                DatagramSocket stranger = new DatagramSocket(0, InetAddress.getByName("127.0.0.2"))) {
            send(stranger, association, IPV4 + "ff");
            send(socket, association, IPV4 + "01");
            assertArrives(new Endpoint("192.0.2.1", 53), "01");
        }
    }

    @Test
    void answersWhoAnnouncedItsPortBeforeItSendsAnything() throws IOException {
        try (UdpAssociation association = associate(socket.getLocalPort())) {
            assertTrue(association.address().getPort() > 0);
            far.sendDatagram(payload("01"), new Endpoint("192.0.2.1", 53), null);
            assertEquals(IPV4 + "01", received());
        }
    }

    /** The peer may be another program: with one address only, that is the source. */
    @Test
    void takesTheOnlyAddressForTheSource() throws IOException {
        try (UdpAssociation association = associate(socket.getLocalPort())) {
            assertTrue(association.address().getPort() > 0);
            far.sendDatagram(payload("ff"), null, null);
            far.sendDatagram(payload("01"), null, new Endpoint("192.0.2.1", 53));
            assertEquals(IPV4 + "01", received());
        }
    }

    @Test
    void anAnswerThatCantBeDeliveredIsNotTheEnd() throws IOException {
        try (UdpAssociation association = associate(socket.getLocalPort())) {
            assertTrue(association.address().getPort() > 0);
            far.sendDatagram(Slice.of(new byte[65_507]), new Endpoint("192.0.2.1", 53), null);
            far.sendDatagram(payload("01"), new Endpoint("192.0.2.1", 53), null);
            assertEquals(IPV4 + "01", received());
        }
    }

    @Test
    void endsTheControlConnectionWithTheChannel() throws IOException {
        try (UdpAssociation association = associate(0)) {
            far.close("provider has gone");
            assertEquals(-1, client.getInputStream().read());
            assertTrue(association.address().getPort() > 0, "may still be asked for");
        }
    }

    @Test
    void endsTheChannelWhenClosed() throws IOException {
        associate(0).close();
        assertNull(far.receive());
    }
}
