package io.linksocks.util;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IpLiteralTest {
    private static String format(String hex) {
        return IpLiteral.format(HexFormat.of().parseHex("ff" + hex), 1, IpLiteral.IPV6_LENGTH);
    }

    @Test
    void ipv6IsWrittenInItsCanonicalForm() {
        assertEquals("::", format("00000000000000000000000000000000"));
        assertEquals("::1", format("00000000000000000000000000000001"));
        assertEquals("1::", format("00010000000000000000000000000000"));
        assertEquals("2001:db8::1", format("20010db8000000000000000000000001"));
        assertEquals("2001:db8:0:1:1:1:1:1", format("20010db8000000010001000100010001"));
        assertEquals("2001:0:0:1::1", format("20010000000000010000000000000001"));
        assertEquals("2001:db8::1:0:0:1", format("20010db8000000000001000000000001"));
        assertEquals("fe80:a:b:c:d:e::", format("fe80000a000b000c000d000e00000000"));
        assertEquals("abcd:ef01:1:2:3:4:5:6", format("abcdef01000100020003000400050006"));
    }

    @Test
    void aZoneThatIsNoInterfaceIsNamed() {
        assertEquals("no network interface nowhere of this machine has addresses like fe80::1",
                IpLiteral.zoneProblem("fe80::1%nowhere"));
        assertNull(IpLiteral.zoneProblem("fe80::1%1"));
        assertNull(IpLiteral.zoneProblem("fe80::1"));
        assertNull(IpLiteral.zoneProblem("host%nowhere"));
    }

    @Test
    void ipv6IsReadInEveryForm() {
        assertIpv6("00000000000000000000000000000000", "::", "0:0:0:0:0:0:0:0", "::0.0.0.0", "0::0");
        assertIpv6("20010db8000000000000000000000001", "2001:DB8::1", "2001:0db8:0:0::0:1", "2001:db8::0.0.0.1");
        assertIpv6("00000000000000000000ffff01020304", "::ffff:1.2.3.4", "::FFFF:102:304", "0:0:0:0:0:ffff:1.2.3.4");
        assertIpv6("00010002000300040005000600070000", "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0");
    }

    private static void assertIpv6(String hex, String... texts) {
        for (String text : texts) {
            assertArrayEquals(HexFormat.of().parseHex(hex), IpLiteral.parse(text), text);
        }
    }

    @Test
    void whatIsNoIpv6IsRefused() {
        for (String text : new String[] {
            "", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8",
            "1::2::3",
            ":1::", "1::2:", "12345::", "g::", "-1::", "1.2.3.4::", "::1.2.3.4:5", "::1.2.3", "::1.2.3.456",
            "1:2:3:4:5:6:7:1.2.3.4", "::1%eth0", "[::1]", "::\u0661"}) {
            assertNull(IpLiteral.parse(text), text);
        }
    }

    @Test
    void randomIpv6SurvivesTheRoundTripAndAgreesWithThePlatform() throws UnknownHostException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 5000; i++) {
            byte[] address = new byte[IpLiteral.IPV6_LENGTH];
            random.nextBytes(address);
            for (int zeros = random.nextInt(9); zeros > 0; zeros--) {
                int group = random.nextInt(8);
                address[2 * group] = 0;
                address[2 * group + 1] = 0;
            }
            String text = IpLiteral.format(address, 0, address.length);
            assertArrayEquals(address, IpLiteral.parse(text), () -> "seed " + seed + ", " + text);
            assertEquals(InetAddress.getByAddress(address), InetAddress.getByName(text), () -> "seed " + seed);
        }
    }

    @Test
    void ipv4() {
        assertArrayEquals(new byte[] {(byte) 255, 0, 10, 1}, IpLiteral.parse("255.0.10.001"));
        assertEquals("255.0.10.1", IpLiteral.format(new byte[] {9, (byte) 255, 0, 10, 1}, 1, IpLiteral.IPV4_LENGTH));
        for (String text : new String[] {
            "", ".", "1", "1.2.3", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.4.", "1.2.3.4.5", "256.1.1.1", "1.1.1.0001",
            "1.2.3.x",
            "1.2.3.-4", "1.2.3.\u0664"}) {
            assertNull(IpLiteral.parse(text), text);
        }
    }
}
