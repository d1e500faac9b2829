package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.dial.FakeProxy;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that reaches its targets through another proxy; only that proxy knows the name "inside.invalid". */
@Timeout(240)
class UpstreamProxyIT {
    private static final String NAME = "inside.invalid";
    /** Nobody has it assigned to him by chance, as might happen to a port that was free just now. */
    private static final int UNUSED_PORT = 1;
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final long SEED = 20_261_122;
    private static final long BULK = 8 << 20;

    private static Tunnels through(URI proxy) throws Exception {
        return Tunnels.forwardBy(builder -> builder.upstreamProxy(proxy));
    }

    // --- the proxies ---------------------------------------------------------------------------------------------------

    /** SOCKS5 with user name and password, for NAME only. */
    private static void socks(FakeProxy.Connection connection) throws IOException {
        connection.expect("05 02 00 02");
        connection.send("05 02");
        connection.expect("01 02 6d65 04 702f7377");
        connection.send("01 00");
        DataInputStream in = connection.in;
        assertEquals(5, in.readUnsignedByte());
        int command = in.readUnsignedByte();
        assertEquals(0, in.readUnsignedByte());
        if (command == 3) {
            connection.expect("01 00000000 0000");
            relayDatagrams(connection);
        } else {
            assertEquals(3, in.readUnsignedByte());
            assertEquals(NAME, new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.US_ASCII));
            splice(connection, in.readUnsignedShort(), "\5\0\0\1\0\0\0\0\0\0", "\5\4\0\1\0\0\0\0\0\0");
        }
    }

    /** HTTP with Basic authentication, for NAME only. */
    private static void http(FakeProxy.Connection connection) throws IOException {
        String head = connection.head();
        String start = "CONNECT " + NAME + ":";
        assertEquals(start, head.substring(0, start.length()));
        assertTrue(head.contains("\r\nProxy-Authorization: Basic bWU6cC9zdw==\r\n"), head);
        int port = Integer.parseInt(head.substring(start.length(), head.indexOf(" HTTP/1.1\r\n")));
        splice(connection, port, "HTTP/1.1 200 Connection established\r\n\r\n", "HTTP/1.1 502 Bad Gateway\r\n\r\n");
    }

    private static void splice(FakeProxy.Connection connection, int port, String success, String failure)
            throws IOException {
        Socket target;
        try {
            target = new Socket(InetAddress.getLoopbackAddress(), port);
        } catch (IOException e) {
            connection.text(failure);
            return;
        }
        try (target) {
            connection.text(success);
            Thread back = Thread.ofVirtual().start(() -> copy(target, connection.socket));
            copy(connection.socket, target);
            back.join();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            OutputStream out = to.getOutputStream();
            from.getInputStream().transferTo(out);
            to.shutdownOutput();
        } catch (IOException e) {
            // One end has gone; whoever misses bytes says so.
            return;
        }
    }

    /** Sends what is for NAME to loopback, and answers with the same header. */
    private static void relayDatagrams(FakeProxy.Connection connection) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                DatagramSocket outside = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            connection.send("05 00 00 01 00000000" + String.format("%04x", socket.getLocalPort()));
            Thread.ofVirtual().start(() -> closeWith(connection, socket, outside));
            relayAll(socket, outside);
        }
    }

    private static void closeWith(FakeProxy.Connection control, DatagramSocket socket, DatagramSocket outside) {
        try {
            control.awaitEnd();
        } catch (IOException e) {
            // A reset is an end as well.
            return;
        } finally {
            socket.close();
            outside.close();
        }
    }

    private static void relayAll(DatagramSocket socket, DatagramSocket outside) {
        byte[] header = header(NAME, 0);
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        DatagramPacket answer = new DatagramPacket(new byte[65_535], 65_535);
        try {
            while (true) {
                packet.setLength(65_535);
                socket.receive(packet);
                int port = ByteBuffer.wrap(packet.getData()).getShort(header.length - 2) & 0xFFFF;
                if (Arrays.equals(header(NAME, port), Arrays.copyOf(packet.getData(), header.length))) {
                    outside.send(new DatagramPacket(packet.getData(), header.length, packet.getLength() - header.length,
                            InetAddress.getLoopbackAddress(), port));
                    answer.setLength(65_535);
                    outside.receive(answer);
                    byte[] back = ByteBuffer.allocate(header.length + answer.getLength()).put(header(NAME, port))
                            .put(answer.getData(), 0, answer.getLength()).array();
                    socket.send(new DatagramPacket(back, back.length, packet.getSocketAddress()));
                }
            }
        } catch (IOException e) {
            socket.close();
        }
    }

    private static byte[] header(String name, int port) {
        return ByteBuffer.allocate(7 + name.length()).put(new byte[3]).put((byte) 3).put((byte) name.length())
                .put(name.getBytes(StandardCharsets.US_ASCII)).putShort((short) port).array();
    }

    private static URI socksUri(FakeProxy proxy) {
        return URI.create("socks5://me:p%2Fsw@" + proxy.address());
    }

    private static URI httpUri(FakeProxy proxy) {
        return URI.create("http://me:p%2Fsw@" + proxy.address());
    }

    // --- streams -----------------------------------------------------------------------------------------------------

    @Test
    void carriesStreamsThroughSocks() throws Exception {
        try (FakeProxy proxy = new FakeProxy(UpstreamProxyIT::socks); Tunnels tunnels = through(socksUri(proxy))) {
            assertStreamsPass(tunnels.socks());
        }
    }

    @Test
    void carriesStreamsThroughHttp() throws Exception {
        try (FakeProxy proxy = new FakeProxy(UpstreamProxyIT::http); Tunnels tunnels = through(httpUri(proxy))) {
            assertStreamsPass(tunnels.socks());
        }
    }

    @Test
    void servesAProviderAsWell() throws Exception {
        try (FakeProxy proxy = new FakeProxy(UpstreamProxyIT::socks);
                Network network = Network.of(Network.Mode.REVERSE, UnaryOperator.identity(),
                        builder -> builder.upstreamProxy(socksUri(proxy)))) {
            assertStreamsPass(network.socks());
        }
    }

    private static void assertStreamsPass(SocksTestClient socks) throws Exception {
        try (Targets.Tcp give = new Targets.Tcp("127.0.0.1", Targets::give);
                Socket socket = socks.connect(NAME, give.port())) {
            socket.getOutputStream().write(ByteBuffer.allocate(16).putLong(SEED).putLong(BULK).array());
            assertEquals(BULK, Targets.Stream.verify(socket.getInputStream(), SEED, BULK));
        }
        assertEquals(4, assertThrows(SocksTestClient.Refused.class, () -> socks.connect(NAME, UNUSED_PORT)).code);
    }

    @Test
    void tellsThatTheProxyIsNotThere() throws Exception {
        try (Tunnels tunnels = through(URI.create("http://127.0.0.1:" + UNUSED_PORT))) {
            assertEquals(4, assertThrows(SocksTestClient.Refused.class, () -> tunnels.socks().connect(NAME, 80)).code);
        }
    }

    // --- datagrams ---------------------------------------------------------------------------------------------------

    @Test
    void carriesDatagramsThroughSocks() throws Exception {
        try (FakeProxy proxy = new FakeProxy(UpstreamProxyIT::socks);
                Tunnels tunnels = through(socksUri(proxy));
                Targets.Udp echo = new Targets.Udp("127.0.0.1");
                SocksTestClient.Association association = tunnels.socks().associate();
                DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            byte[] header = header(NAME, echo.port());
            for (int i = 0; i < 100; i++) {
                byte[] datagram = ByteBuffer.allocate(header.length + 4 + i).put(header).putInt(i).array();
                socket.send(new DatagramPacket(datagram, datagram.length, association.relay()));
                DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
                socket.receive(answer);
                assertArrayEquals(datagram, Arrays.copyOf(answer.getData(), answer.getLength()));
            }
        }
    }

    @Test
    void refusesDatagramsThroughHttp() throws Exception {
        try (FakeProxy proxy = new FakeProxy(UpstreamProxyIT::http); Tunnels tunnels = through(httpUri(proxy))) {
            assertEquals(4, assertThrows(SocksTestClient.Refused.class, () -> tunnels.socks().associate()).code);
        }
    }
}
