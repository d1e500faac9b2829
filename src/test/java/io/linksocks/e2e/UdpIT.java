package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UDP ASSOCIATE through the tunnel. */
@Timeout(240)
class UdpIT {
    private static final int TIMEOUT_MILLIS = 20_000;

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "localhost"})
    void echoesFiveHundredDatagrams(String host) throws Exception {
        String bound = host.equals("localhost") ? InetAddress.getByName(host).getHostAddress() : host;
        try (Tunnels tunnels = Tunnels.forward();
                Targets.Udp echo = new Targets.Udp(bound);
                SocksTestClient.Association association = tunnels.socks().associate()) {
            checkEchoes(association, host, echo.port(), 500, 1);
        }
    }

    @Test
    void dropsWhatIsNoDatagramOfTheClientAndGoesOn() throws Exception {
        try (Tunnels tunnels = Tunnels.forward();
                Targets.Udp echo = new Targets.Udp("127.0.0.1");
                SocksTestClient.Association association = tunnels.socks().associate();
                DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
                DatagramSocket stranger = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            byte[] header = header("127.0.0.1", echo.port());
            byte[] fragment = header.clone();
            fragment[2] = 1;
            socket.send(packet(association, new byte[] {0, 0}, new byte[0]));
            socket.send(packet(association, fragment, new byte[] {1}));
            stranger.send(packet(association, header, new byte[] {2}));
            socket.send(packet(association, header, new byte[] {3}));
            DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
            socket.receive(answer);
            assertEquals(3, answer.getData()[answer.getLength() - 1]);
        }
    }

    @Test
    void endsWithItsControlConnection() throws Exception {
        try (Tunnels tunnels = Tunnels.forward()) {
            SocksTestClient.Association association = tunnels.socks().associate();
            assertFalse(isFree(association.relay()));
            association.control().shutdownOutput();
            assertEquals(-1, association.control().getInputStream().read());
            Await.until("its port is free", () -> isFree(association.relay()));
            association.close();
        }
    }

    private static boolean isFree(InetSocketAddress address) {
        try {
            new DatagramSocket(address).close();
            return true;
        } catch (SocketException e) {
            return false;
        }
    }

    /** Sends datagrams, each longer than the one before by so many bytes, and checks that each comes back. */
    static void checkEchoes(SocksTestClient.Association association, String host, int port, int count, int growth)
            throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            byte[] header = header(host, port);
            for (int i = 0; i < count; i++) {
                byte[] payload = ByteBuffer.allocate(4 + growth * i).putInt(i).array();
                socket.send(packet(association, header, payload));
                DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
                socket.receive(answer);
                int start = answer.getLength() - payload.length;
                assertArrayEquals(payload, Arrays.copyOfRange(answer.getData(), start, answer.getLength()));
            }
        }
    }

    static byte[] header(String host, int port) throws Exception {
        byte[] address = SocksTestClient.address(host, port);
        return ByteBuffer.allocate(3 + address.length).put(new byte[3]).put(address).array();
    }

    static DatagramPacket packet(SocksTestClient.Association association, byte[] header, byte[] payload) {
        byte[] all = ByteBuffer.allocate(header.length + payload.length).put(header).put(payload).array();
        return new DatagramPacket(all, all.length, association.relay());
    }
}
