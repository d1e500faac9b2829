package io.linksocks.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final InetSocketAddress BALANCER = new InetSocketAddress("192.0.2.1", 80);
    private static final byte[] REST = "GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Reads a header, and checks that nothing behind it is gone. */
    private static InetSocketAddress read(byte[] header) throws IOException {
        byte[] all = new byte[header.length + REST.length];
        System.arraycopy(header, 0, all, 0, header.length);
        System.arraycopy(REST, 0, all, header.length, REST.length);
        ByteArrayInputStream in = new ByteArrayInputStream(all);
        InetSocketAddress source = ProxyHeader.read(in, BALANCER);
        assertEquals("GET / HTTP/1.1\r\n", new String(in.readAllBytes(), StandardCharsets.US_ASCII));
        return source;
    }

    private static InetSocketAddress line(String text) throws IOException {
        return read((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static InetSocketAddress block(String hex) throws IOException {
        return read(HexFormat.of().parseHex(SIGNATURE + hex.replace(" ", "")));
    }

    @ParameterizedTest
    @CsvSource({"PROXY TCP4 198.51.100.7 203.0.113.1 56324 443, 198.51.100.7, 56324",
        "PROXY TCP6 2001:db8::7 2001:db8::1 1 65535, 2001:db8::7, 1",
        "PROXY UNKNOWN, 192.0.2.1, 80",
        "PROXY UNKNOWN ffff::1 ffff::2 65535 65535, 192.0.2.1, 80"})
    void aLineNamesTheSource(String text, String host, int port) throws IOException {
        assertEquals(new InetSocketAddress(host, port), line(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY TCP4 198.51.100.7 203.0.113.1 56324", "PROXY TCP4 host.example 203.0.113.1 1 2",
        "PROXY TCP4 198.51.100.7 203.0.113.1 65536 443", "PROXY TCP4 198.51.100.7 203.0.113.1 -1 443",
        "PROXY UDP4 198.51.100.7 203.0.113.1 1 443", "PROXY  TCP4 198.51.100.7 203.0.113.1 1 443", "GET / HTTP/1.1",
        "PROXY TCP4 198.51.100.7 203.0.113.1 1 443 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    void anotherLineIsRefused(String text) {
        assertThrows(IOException.class, () -> line(text));
    }

    @ParameterizedTest
    @CsvSource({"21 11 000c c6336407 cb007101 dc04 01bb, 198.51.100.7, 56324",
        "21 11 0010 c6336407 cb007101 dc04 01bb 04000100, 198.51.100.7, 56324",
        "21 21 0024 20010db8000000000000000000000007 20010db8000000000000000000000001 0001 01bb, 2001:db8::7, 1",
        "20 00 0000, 192.0.2.1, 80",
        "20 11 000c c6336407 cb007101 dc04 01bb, 192.0.2.1, 80",
        "21 00 0004 01020304, 192.0.2.1, 80"})
    void aBlockNamesTheSource(String hex, String host, int port) throws IOException {
        assertEquals(new InetSocketAddress(host, port), block(hex));
    }

    /** A socket for both families may have accepted from an address of one and at an address of the other. */
    @ParameterizedTest
    @CsvSource({"198.51.100.7, 56324, 203.0.113.1, 443, 21 11 000c c6336407 cb007101 dc04 01bb",
        "2001:db8::7, 1, 2001:db8::1, 65535, "
            + "21 21 0024 20010db8000000000000000000000007 20010db8000000000000000000000001 0001 ffff",
        "198.51.100.7, 56324, 2001:db8::1, 443, "
            + "21 21 0024 00000000000000000000ffffc6336407 20010db8000000000000000000000001 dc04 01bb",
        "2001:db8::7, 1, 203.0.113.1, 2, "
            + "21 21 0024 20010db8000000000000000000000007 00000000000000000000ffffcb007101 0001 0002",
        "::ffff:198.51.100.7, 3, ::ffff:203.0.113.1, 4, 21 11 000c c6336407 cb007101 0003 0004"})
    void whatIsSentNamesTheSourceAndTheDestination(String from, int fromPort, String to, int toPort, String hex)
            throws IOException {
        InetSocketAddress source = new InetSocketAddress(from, fromPort);
        byte[] header = ProxyHeader.of(source, new InetSocketAddress(to, toPort));
        assertEquals(SIGNATURE + hex.replace(" ", ""), HexFormat.of().formatHex(header));
        assertEquals(source, read(header));
    }

    @ParameterizedTest
    @ValueSource(strings = {"11 11 000c c6336407 cb007101 dc04 01bb", "22 11 000c c6336407 cb007101 dc04 01bb",
        "21 11 000b c6336407 cb007101 dc04 01", "21 21 000c c6336407 cb007101 dc04 01bb", "21 11 ffff"})
    void anotherBlockIsRefused(String hex) {
        assertThrows(IOException.class, () -> block(hex));
    }

    @Test
    void aHeaderThatEndsEarlyIsRefused() {
        byte[] whole = HexFormat.of().parseHex(SIGNATURE + "2111000cc6336407cb007101dc0401bb");
        for (int length = 0; length < whole.length; length++) {
            ByteArrayInputStream in = new ByteArrayInputStream(whole, 0, length);
            assertThrows(IOException.class, () -> ProxyHeader.read(in, BALANCER));
        }
    }
}
