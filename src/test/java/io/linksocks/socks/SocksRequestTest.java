package io.linksocks.socks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.socks.SocksRequest.Command;
import io.linksocks.util.Endpoint;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SocksRequestTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final String DOMAIN = "05010003" + "0b6578616d706c652e636f6d" + "01bb";

    /** Reads a request in front of payload and checks that the payload is untouched. */
    private static SocksRequest read(String hex) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(HEX.parseHex(hex + "cafe"));
        SocksRequest request = SocksRequest.read(in);
        assertEquals("cafe", HEX.formatHex(in.readAllBytes()));
        return request;
    }

    private static SocksReply refuse(String hex) {
        SocksException refusal = assertThrows(SocksException.class, () -> read(hex), hex);
        return SocksReply.of(refusal.answer()[1]);
    }

    private static String name(String name) {
        byte[] bytes = name.getBytes(UTF_8);
        return "05010003%02x".formatted(bytes.length) + HEX.formatHex(bytes) + "0050";
    }

    @Test
    void readsEveryAddressType() throws IOException {
        assertEquals(new SocksRequest(Command.CONNECT, new Endpoint("127.0.0.1", 80)),
                read("05010001" + "7f0000010050"));
        assertEquals(new SocksRequest(Command.CONNECT, new Endpoint("example.com", 443)), read(DOMAIN));
        assertEquals(new SocksRequest(Command.BIND, new Endpoint("2001:db8::1", 65535)),
                read("05020004" + "20010db8000000000000000000000001" + "ffff"));
        assertEquals(new SocksRequest(Command.UDP_ASSOCIATE, new Endpoint("0.0.0.0", 0)),
                read("05030001" + "000000000000"));
    }

    @Test
    void mappedAddressesAreIpv4() throws IOException {
        assertEquals("10.1.2.255", read("05010004" + "00000000000000000000ffff0a0102ff" + "0050").destination().host());
    }

    @Test
    void namesArePassedOnAsTheyCame() throws IOException {
        String[] names = {"EXAMPLE.com.", "1.2.3.4", "xn--bcher-kva.example", "b\u00fccher.example", "x".repeat(255)};
        for (String name : names) {
            assertEquals(name, read(name(name)).destination().host());
        }
    }

    @Test
    void malformedNamesAreRefused() {
        for (String name : new String[] {"", "a b", "a\nb", "a\0", "\u007f", "a\u0085"}) {
            assertEquals(SocksReply.GENERAL_FAILURE, refuse(name(name)));
        }
        assertEquals(SocksReply.GENERAL_FAILURE, refuse("05010003" + "02c328" + "0050"));
    }

    @Test
    void reservedByteIsTolerated() throws IOException {
        assertEquals("127.0.0.1", read("0501ff01" + "7f0000010050").destination().host());
    }

    @Test
    void unknownThingsGetTheirReply() {
        assertEquals(SocksReply.GENERAL_FAILURE, refuse("04010001" + "7f0000010050"));
        assertEquals(SocksReply.COMMAND_NOT_SUPPORTED, refuse("05000001" + "7f0000010050"));
        assertEquals(SocksReply.COMMAND_NOT_SUPPORTED, refuse("05040001" + "7f0000010050"));
        assertEquals(SocksReply.ADDRESS_TYPE_NOT_SUPPORTED, refuse("05010002"));
        assertEquals(SocksReply.ADDRESS_TYPE_NOT_SUPPORTED, refuse("050100ff"));
    }

    @Test
    void aRefusedCommandIsStillReadToItsEnd() throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(HEX.parseHex("05090003" + "0161" + "0050" + "cafe"));
        assertThrows(SocksException.class, () -> SocksRequest.read(in));
        assertEquals("cafe", HEX.formatHex(in.readAllBytes()));
    }

    @Test
    void everyTruncationIsAnEarlyEnd() {
        byte[] whole = HEX.parseHex(DOMAIN);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(EOFException.class, () -> SocksRequest.read(new ByteArrayInputStream(cut)));
        }
    }

    @Test
    void repliesCarryTheBoundAddress() throws IOException {
        assertEquals("05000001000000000000", HEX.formatHex(SocksReply.SUCCEEDED.encode()));
        assertEquals("05080001000000000000", HEX.formatHex(SocksReply.ADDRESS_TYPE_NOT_SUPPORTED.encode()));
        assertEquals("05000001c0a80001270f", HEX.formatHex(SocksReply.SUCCEEDED.encode(
                new InetSocketAddress(InetAddress.getByName("192.168.0.1"), 9999))));
        assertEquals("0500000420010db80000000000000000000000010050", HEX.formatHex(SocksReply.SUCCEEDED.encode(
                new InetSocketAddress(InetAddress.getByName("2001:db8::1"), 80))));
    }
}
