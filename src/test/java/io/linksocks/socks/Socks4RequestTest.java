package io.linksocks.socks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.util.Endpoint;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Socks4RequestTest {
    private static final String NAME = "6578616d706c65"; // example

    private static Socks4Request read(String hex, boolean admitted) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(HexFormat.of().parseHex(hex.replace(" ", "")));
        Socks4Request request = Socks4Request.read(in, admitted);
        assertEquals(0, in.available(), "nothing left over");
        return request;
    }

    private static String refusal(String hex, boolean admitted) {
        SocksException e = assertThrows(SocksException.class, () -> read(hex, admitted));
        return HexFormat.of().formatHex(e.answer());
    }

    @ParameterizedTest
    @CsvSource({
        "04 01 0050 7f000001 00, 127.0.0.1:80",
        "04 01 ffff c0000201 616c69636500, 192.0.2.1:65535",
        "04 01 0050 00000000 00, 0.0.0.0:80",
        "04 01 0050 00000100 00, 0.0.1.0:80",
        "04 01 01bb 00000001 00 6578616d706c6500, example:443",
        "04 01 01bb 000000ff 6100 6578616d706c6500, example:443",
        "04 01 01bb 00000001 00 3a3a3100, [::1]:443",
    })
    void reads(String hex, String destination) throws IOException {
        assertEquals(destination, read(hex, true).destination().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "04 02 0050 7f000001 00, 005b",
        "04 03 0050 7f000001 00, 005b",
        "04 01 0050 00000001 00 00, 005b",
        "04 01 0050 00000001 00 612062 00, 005b",
        "04 01 0050 00000001 00 ff00, 005b",
        "05 01 0050 7f000001 00, ''",
    })
    void refuses(String hex, String code) {
        String answer = refusal(hex, true);
        assertEquals(code, answer.substring(0, Math.min(4, answer.length())));
    }

    @Test
    void whereALoginIsWantedNobodyComesIn() {
        assertEquals("005d000000000000", refusal("04 01 0050 00000001 616c69636500" + NAME + "00", false));
        assertEquals("005d000000000000", refusal("04 02 0050 7f000001 00", false));
    }

    @Test
    void boundsTexts() throws IOException {
        String full = "61".repeat(255);
        assertEquals(new Endpoint("a".repeat(255), 80), read("0401005000000001" + full + "00" + full + "00", true).destination());
        assertThrows(SocksException.class, () -> read("040100507f000001" + full + "61", true));
        assertThrows(SocksException.class, () -> read("040100500000000100" + full + "61", true));
    }

    @Test
    void everyTruncationIsAnEarlyEnd() {
        String whole = "04 01 0050 00000001 6100" + NAME + "00";
        String digits = whole.replace(" ", "");
        for (int length = 0; length < digits.length(); length += 2) {
            String part = digits.substring(0, length);
            assertThrows(EOFException.class, () -> read(part, true), part);
        }
    }

    @Test
    void answersHaveTheirCodes() {
        assertEquals("005a000000000000", HexFormat.of().formatHex(Socks4Request.granted()));
        assertEquals("005b000000000000", HexFormat.of().formatHex(Socks4Request.rejected()));
    }
}
