package io.linksocks.dial;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.linksocks.protocol.Slice;
import io.linksocks.util.Endpoint;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class DirectDatagramPathTest {
    /** 65,535 without the header of UDP (RFC 8200, section 8.1); IPv4 carries 20 less. */
    private static final int LARGEST = 65_527;

    @Test
    void theLargestDatagramOfIpv6IsNotCut() throws Exception {
        byte[] payload = new byte[LARGEST];
        new Random(1).nextBytes(payload);
        try (DatagramSocket target = new DatagramSocket(0, InetAddress.getByName("::1"));
                DatagramPath path = new DirectDialer().openDatagramPath(Dialer.CONNECT_TIMEOUT)) {
            target.setSoTimeout(20_000);
            path.send(new Datagram(Slice.of(payload), new Endpoint("::1", target.getLocalPort())));
            DatagramPacket received = new DatagramPacket(new byte[70_000], 70_000);
            target.receive(received);
            assertArrayEquals(payload, Arrays.copyOf(received.getData(), received.getLength()));
            target.send(new DatagramPacket(payload, payload.length, received.getSocketAddress()));
            assertArrayEquals(payload, path.receive(ByteBuffer.allocate(LARGEST)).payload().toBytes());
        }
    }
}
