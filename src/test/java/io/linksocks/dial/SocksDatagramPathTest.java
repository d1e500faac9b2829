package io.linksocks.dial;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.protocol.Slice;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(240)
class SocksDatagramPathTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final DatagramSocket relay = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final CountDownLatch endControl = new CountDownLatch(1);
    private final CountDownLatch controlEnded = new CountDownLatch(1);

    SocksDatagramPathTest() throws IOException {
        relay.setSoTimeout(20_000);
    }

    @AfterEach
    void closeRelay() {
        relay.close();
    }

    /** Associates and names its relay at this address (ATYP and address in hexadecimal digits). */
    private FakeProxy proxy(String address, int port) throws IOException {
        return new FakeProxy(connection -> {
            connection.expect("05 01 00");
            connection.send("05 00");
            connection.expect("05 03 00 01 00000000 0000");
            connection.send("05 00 00" + address + String.format("%04x", port));
            Thread.ofVirtual().start(() -> {
                try {
                    endControl.await();
                    connection.socket.close();
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            connection.awaitEnd();
            controlEnded.countDown();
        });
    }

    private static DatagramPath open(FakeProxy proxy) throws IOException {
        return new SocksProxyDialer(proxy.address(), null).openDatagramPath(LONG);
    }

    /** Skips what was dropped. */
    private static Datagram receive(DatagramPath path) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(DatagramPath.MAX_DATAGRAM);
        Datagram received = path.receive(buffer);
        while (received == null) {
            received = path.receive(buffer);
        }
        return received;
    }

    private DatagramPacket receiveAtRelay() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[70_000], 70_000);
        relay.receive(packet);
        return packet;
    }

    private static String hex(DatagramPacket packet) {
        return HexFormat.of().formatHex(Arrays.copyOf(packet.getData(), packet.getLength()));
    }

    private void sendToPath(DatagramPacket from, String hex) throws IOException {
        byte[] bytes = HexFormat.of().parseHex(hex);
        relay.send(new DatagramPacket(bytes, bytes.length, from.getSocketAddress()));
    }

    private static Datagram datagram(String host, int port, int... bytes) {
        byte[] payload = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            payload[i] = (byte) bytes[i];
        }
        return new Datagram(Slice.of(payload), new Endpoint(host, port));
    }

    /** A proxy that does not know its address says 0.0.0.0 or ::, one behind a name may say that. */
    @ParameterizedTest
    @ValueSource(strings = {"017f000001", "0100000000", "0400000000000000000000000000000000", "03096c6f63616c686f7374"})
    void sendsAndReceivesWithTheHeader(String address) throws IOException {
        try (FakeProxy proxy = proxy(address, relay.getLocalPort()); DatagramPath path = open(proxy)) {
            path.send(datagram("a.invalid", 53, 0xca, 0xfe));
            DatagramPacket sent = receiveAtRelay();
            assertEquals("000000" + "0309612e696e76616c6964" + "0035" + "cafe", hex(sent));

            sendToPath(sent, "000000" + "01c0000201" + "0035" + "beef");
            Datagram answer = receive(path);
            assertEquals(new Endpoint("192.0.2.1", 53), answer.address());
            assertEquals("beef", HexFormat.of().formatHex(answer.payload().toBytes()));
        }
    }

    @Test
    void dropsFragmentsAndWhatHasNoHeader() throws IOException {
        try (FakeProxy proxy = proxy("017f000001", relay.getLocalPort()); DatagramPath path = open(proxy)) {
            path.send(datagram("192.0.2.1", 53));
            DatagramPacket sent = receiveAtRelay();
            assertEquals("000000" + "01c0000201" + "0035", hex(sent));
            sendToPath(sent, "0000");
            sendToPath(sent, "");
            sendToPath(sent, "000001" + "01c0000201" + "0035" + "01");
            sendToPath(sent, "000000" + "05c0000201" + "0035" + "02");
            sendToPath(sent, "000000" + "01c0000201" + "0035" + "03");
            assertArrayEquals(new byte[] {3}, receive(path).payload().toBytes());
        }
    }

    @Test
    void takesNothingFromStrangers() throws IOException {
        try (FakeProxy proxy = proxy("017f000001", relay.getLocalPort()); DatagramPath path = open(proxy);
                DatagramSocket stranger = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            path.send(datagram("192.0.2.1", 53, 1));
            DatagramPacket sent = receiveAtRelay();
            byte[] bytes = HexFormat.of().parseHex("000000" + "01c0000201" + "0035" + "ff");
            stranger.send(new DatagramPacket(bytes, bytes.length, sent.getSocketAddress()));
            sendToPath(sent, "000000" + "01c0000201" + "0035" + "01");
            assertArrayEquals(new byte[] {1}, receive(path).payload().toBytes());
        }
    }

    @Test
    void aLostDatagramIsNotTheEnd() throws IOException {
        try (FakeProxy proxy = proxy("017f000001", relay.getLocalPort()); DatagramPath path = open(proxy)) {
            byte[] tooLarge = new byte[DatagramPath.MAX_DATAGRAM];
            assertThrows(IOException.class,
                    () -> path.send(new Datagram(Slice.of(tooLarge), new Endpoint("192.0.2.1", 53))));
            path.send(datagram("192.0.2.1", 53, 1));
            assertEquals(10 + 1, receiveAtRelay().getLength());
        }
    }

    @Test
    void endsWithTheControlConnection() throws IOException {
        try (FakeProxy proxy = proxy("017f000001", relay.getLocalPort()); DatagramPath path = open(proxy)) {
            endControl.countDown();
            assertEquals("the proxy ended the UDP association",
                    assertThrows(IOException.class, () -> receive(path)).getMessage());
        }
    }

    @Test
    void closingEndsTheControlConnection() throws Exception {
        try (FakeProxy proxy = proxy("017f000001", relay.getLocalPort())) {
            DatagramPath path = open(proxy);
            path.close();
            controlEnded.await();
            assertThrows(IOException.class, () -> receive(path));
        }
    }

    @Test
    void needsAPort() throws IOException {
        try (FakeProxy proxy = proxy("017f000001", 0)) {
            assertEquals("UDP through proxy " + proxy.address() + ": proxy named no port for datagrams",
                    assertThrows(IOException.class, () -> open(proxy).close()).getMessage());
        }
    }

    @Test
    void tellsThatTheProxyHasNoUdp() throws IOException {
        try (FakeProxy proxy = new FakeProxy(connection -> {
            connection.expect("05 01 00");
            connection.send("05 00");
            connection.expect("05 03 00 01 00000000 0000");
            connection.send("05 07 00 01 00000000 0000");
        })) {
            assertEquals("UDP through proxy " + proxy.address() + ": proxy answered: command not supported (7)",
                    assertThrows(IOException.class, () -> open(proxy).close()).getMessage());
        }
    }
}
