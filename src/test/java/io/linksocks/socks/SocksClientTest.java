package io.linksocks.socks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.socks.SocksRequest.Command;
import io.linksocks.util.Endpoint;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SocksClientTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final SocksCredentials CREDENTIALS = new SocksCredentials("user", "pass");
    private static final Endpoint TARGET = new Endpoint("example.com", 443);
    private static final String CONNECT = "05010003" + "0b6578616d706c652e636f6d" + "01bb";
    private static final String REPLY = "05000001" + "0a0000010050";

    /** Makes a request to a proxy that says this, and returns the bound address and what was sent. */
    private static String request(String proxy, SocksCredentials credentials, Command command) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(HEX.parseHex(proxy + "cafe"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SocksClient.logIn(in, out, credentials);
        Endpoint bound = SocksClient.request(in, out, command, TARGET);
        assertEquals("cafe", HEX.formatHex(in.readAllBytes()));
        return bound + " " + HEX.formatHex(out.toByteArray());
    }

    private static SocksException refused(String proxy, SocksCredentials credentials) {
        return assertThrows(SocksException.class, () -> request(proxy, credentials, Command.CONNECT));
    }

    @Test
    void connectsWithoutAuthentication() throws IOException {
        assertEquals("10.0.0.1:80 050100" + CONNECT, request("0500" + REPLY, null, Command.CONNECT));
        assertEquals("10.0.0.1:80 05020002" + CONNECT, request("0500" + REPLY, CREDENTIALS, Command.CONNECT));
    }

    @Test
    void logsIn() throws IOException {
        assertEquals("10.0.0.1:80 05020002" + "0104757365720470617373" + CONNECT,
                request("0502" + "0100" + REPLY, CREDENTIALS, Command.CONNECT));
    }

    @Test
    void associates() throws IOException {
        assertEquals("[::1]:4096 050100" + "0503" + CONNECT.substring(4),
                request("0500" + "05000004" + "00".repeat(15) + "01" + "1000", null, Command.UDP_ASSOCIATE));
    }

    @Test
    void aRefusalCarriesTheReplyOfTheProxy() {
        SocksException refusal = refused("0500" + "05050001", null);
        assertArrayEquals(SocksReply.CONNECTION_REFUSED.encode(), refusal.answer());
        assertEquals("proxy answered: connection refused (5)", refusal.getMessage());
        assertEquals("proxy answered: general SOCKS server failure (144)",
                refused("0500" + "05900001", null).getMessage());
    }

    @Test
    void whatGoesWrongBeforeIsAFailureWithoutSecrets() {
        assertEquals("proxy refused user name and password", refused("0502" + "0101", CREDENTIALS).getMessage());
        assertEquals("proxy accepts none of our authentication methods", refused("05ff", null).getMessage());
        assertEquals("proxy chose authentication method 2, which was not offered", refused("0502", null).getMessage());
        assertEquals("proxy answers with version 72, not SOCKS5", refused("4854", null).getMessage());
    }

    @Test
    void everyTruncationIsAnEarlyEnd() {
        byte[] whole = HEX.parseHex("0502" + "0100" + REPLY);
        for (int length = 0; length < whole.length; length++) {
            ByteArrayInputStream cut = new ByteArrayInputStream(whole, 0, length);
            assertThrows(EOFException.class, () -> {
                SocksClient.logIn(cut, new ByteArrayOutputStream(), CREDENTIALS);
                SocksClient.request(cut, new ByteArrayOutputStream(), Command.CONNECT, TARGET);
            });
        }
    }
}
