package io.linksocks.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
    private static boolean contains(String range, String address) throws UnknownHostException {
        return AddressRange.parse(range).contains(InetAddress.getByName(address));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.5,                      10.0.0.5,             true",
        "10.0.0.5,                      10.0.0.6,             false",
        "192.168.0.0/16,                192.168.255.255,      true",
        "192.168.0.0/16,                192.169.0.0,          false",
        "192.168.1.77/24,               192.168.1.0,          true",
        "0.0.0.0/0,                     255.255.255.255,      true",
        "0.0.0.0/0,                     ::1,                  false",
        "::/0,                          1.2.3.4,              false",
        "::/0,                          ffff::ffff,           true",
        "128.0.0.0/1,                   127.255.255.255,      false",
        "192.168.1.1-255,               192.168.1.1,          true",
        "192.168.1.1-255,               192.168.1.255,        true",
        "192.168.1.1-255,               192.168.1.0,          false",
        "192.168.1.1-255,               192.168.2.1,          false",
        "192.168.1.7-7,                 192.168.1.7,          true",
        "192.168.1.1-192.168.2.9,       192.168.2.9,          true",
        "192.168.1.1-192.168.2.9,       192.168.2.10,         false",
        "2001:db8::/33,                 2001:db8:7fff::1,     true",
        "2001:db8::/33,                 2001:db8:8000::1,     false",
        "2001:db8::/65,                 2001:db8::7fff:0:0:1, true",
        "2001:db8::/65,                 2001:db8::8000:0:0:1, false",
        "2001:db8::1-2001:db8::ff,      2001:db8::80,         true",
        "2001:db8::1-2001:db8::ff,      2001:db8::100,        false",
        "8000::-ffff::,                 9000::,               true",
        "8000::-ffff::,                 1::,                  false",
        "::ffff:10.0.0.5,               10.0.0.5,             true",
        "10.0.0.0/8,                    ::ffff:10.9.9.9,      true",
        "10.0.0.0/8,                    64:ff9b::10.9.9.9,    false",
    })
    void containsItsAddresses(String range, String address, boolean expected) throws UnknownHostException {
        assertEquals(expected, contains(range, address));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not-an-addr", "localhost", "10.0.0", "10.0.0.1.", "10.0.0.256", "10.0.0.0/", "10.0.0.0/33",
        "10.0.0.0/-1", "10.0.0.0/08x", "::/129", "192.168.1.1-300", "192.168.1.9-1", "192.168.1.1-", "-192.168.1.1",
        "192.168.1.1-2-3", "192.168.1.1-::1", "::1-10.0.0.1", "::1-5", "10.0.0.2-10.0.0.1", "[::1]", "fe80::1%eth0", "1:2",
        "10.0.0.0/8-9", " 10.0.0.1", "١.2.3.4", "0x7f.0.0.1", "*"})
    void whatIsNoneIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> AddressRange.parse(text));
    }

    @Test
    void networksAreThoseOfPlainArithmetic() throws UnknownHostException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] base = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(base);
            int prefix = random.nextInt(base.length * 8 + 1);
            byte[] probe = base.clone();
            int bit = random.nextInt(base.length * 8);
            probe[bit / 8] ^= (byte) (0x80 >> bit % 8);
            String range = InetAddress.getByAddress(base).getHostAddress() + "/" + prefix;
            assertEquals(bit >= prefix, AddressRange.parse(range).contains(InetAddress.getByAddress(probe)),
                    range + " bit " + bit + ", seed " + seed);
        }
    }

    @Test
    void rangesAreThoseOfPlainArithmetic() throws UnknownHostException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            int length = random.nextBoolean() ? 4 : 16;
            byte[][] three = new byte[3][length];
            for (byte[] one : three) {
                random.nextBytes(one);
                // Near each other now and then, where mistakes are.
                System.arraycopy(three[0], 0, one, 0, random.nextInt(length + 1));
            }
            BigInteger first = new BigInteger(1, three[0]).min(new BigInteger(1, three[1]));
            BigInteger last = new BigInteger(1, three[0]).max(new BigInteger(1, three[1]));
            BigInteger probe = new BigInteger(1, three[2]);
            AddressRange range = AddressRange.parse(text(first, length) + "-" + text(last, length));
            assertEquals(first.compareTo(probe) <= 0 && probe.compareTo(last) <= 0,
                    range.contains(InetAddress.getByAddress(three[2])), range + " with " + probe + ", seed " + seed);
        }
    }

    private static String text(BigInteger number, int length) throws UnknownHostException {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[length - 1 - i] = number.shiftRight(8 * i).byteValue();
        }
        return InetAddress.getByAddress(bytes).getHostAddress();
    }
}
