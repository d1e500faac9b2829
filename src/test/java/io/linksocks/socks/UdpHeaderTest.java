package io.linksocks.socks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.util.Endpoint;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UdpHeaderTest {
    private static final HexFormat HEX = HexFormat.of();

    private static UdpHeader parse(String hex) throws SocksException {
        byte[] datagram = HEX.parseHex(hex);
        byte[] array = new byte[datagram.length + 20];
        System.arraycopy(datagram, 0, array, 7, datagram.length);
        UdpHeader header = UdpHeader.parse(array, 7, datagram.length);
        return new UdpHeader(header.fragment(), header.destination(), header.payloadOffset() - 7);
    }

    private static String write(Endpoint endpoint) {
        byte[] array = new byte[UdpHeader.MAX_LENGTH + 1];
        Arrays.fill(array, (byte) 0x5A);
        int start = UdpHeader.write(array, UdpHeader.MAX_LENGTH, endpoint);
        assertEquals(0x5A, array[UdpHeader.MAX_LENGTH]);
        return HEX.formatHex(array, start, UdpHeader.MAX_LENGTH);
    }

    @Test
    void readsEveryAddressType() throws SocksException {
        assertEquals(new UdpHeader(0, new Endpoint("8.8.8.8", 53), 10), parse("00000001" + "080808080035" + "cafe"));
        assertEquals(new UdpHeader(0, new Endpoint("dns.test", 53), 15), parse("00000003" + "08646e732e746573740035"));
        assertEquals(new UdpHeader(3, new Endpoint("::1", 53), 22),
                parse("00000304" + "00000000000000000000000000000001" + "0035" + "cafe"));
    }

    @Test
    void reservedBytesAreTolerated() throws SocksException {
        assertEquals("8.8.8.8", parse("ffff0001" + "080808080035").destination().host());
    }

    @Test
    void everyTruncationIsRefused() {
        String ipv6 = "00000004" + "00".repeat(16) + "0035";
        for (String hex : new String[] {"00000001" + "080808080035", "00000003" + "08646e732e746573740035", ipv6}) {
            for (int end = 0; end < hex.length(); end += 2) {
                String cut = hex.substring(0, end);
                assertThrows(SocksException.class, () -> parse(cut), cut);
            }
        }
    }

    @Test
    void malformedAddressesAreRefused() {
        String[] datagrams = {"00000002080808080035", "00000003000035", "0000000301000035", "0000000302c3280035"};
        for (String hex : datagrams) {
            assertThrows(SocksException.class, () -> parse(hex), hex);
        }
    }

    @Test
    void writesInFrontOfThePayload() {
        assertEquals("00000001" + "080808080035", write(new Endpoint("8.8.8.8", 53)));
        assertEquals("00000003" + "08646e732e746573740035", write(new Endpoint("dns.test", 53)));
        assertEquals("00000004" + "20010db8000000000000000000000053" + "ffff",
                write(new Endpoint("2001:db8::53", 65535)));
        assertEquals(2 * UdpHeader.MAX_LENGTH, write(new Endpoint("x".repeat(255), 53)).length());
    }

    @Test
    void whatIsNoAddressTravelsAsName() throws SocksException {
        for (String host : new String[] {"1.2.3", "1.2.3.256", "fe80::1%eth0", "a:b", "::g", "[::1]"}) {
            assertEquals(host, parse(write(new Endpoint(host, 1))).destination().host());
        }
    }

    @Test
    void namesThatDoNotFitAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> write(new Endpoint("", 53)));
        assertThrows(IllegalArgumentException.class, () -> write(new Endpoint("x".repeat(256), 53)));
    }

    @Test
    void randomDatagramsSurviveTheRoundTripOrAreRefused() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 50_000; i++) {
            byte[] datagram = new byte[random.nextInt(40)];
            random.nextBytes(datagram);
            if (datagram.length > 4) {
                datagram[3] = (byte) random.nextInt(6);
                datagram[4] = (byte) random.nextInt(40);
            }
            assertTrue(survivesOrIsRefused(datagram), () -> "seed " + seed + ", " + HEX.formatHex(datagram));
        }
    }

    private static boolean survivesOrIsRefused(byte[] datagram) {
        try {
            UdpHeader header = UdpHeader.parse(datagram, 0, datagram.length);
            return header.payloadOffset() <= datagram.length
                    && parse(write(header.destination())).destination().equals(header.destination());
        } catch (SocksException e) {
            return !e.getMessage().isEmpty();
        }
    }
}
