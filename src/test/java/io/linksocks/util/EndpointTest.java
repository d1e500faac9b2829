package io.linksocks.util;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    @ParameterizedTest
    @ValueSource(strings = {"1.2.3.4", "::", "::1", "fe80::1%1", "2001:DB8::1", "::ffff:1.2.3.4"})
    void addressesAreLiterals(String host) {
        assertTrue(new Endpoint(host, 0).isLiteral());
    }

    /** Java asks the name server for what has a colon and begins with none and no hexadecimal digit. */
    @ParameterizedTest
    @ValueSource(strings = {"", "a", "1.2.3", "1.2.3.256", "1.2.3.4.", "zz:zz", "-:1", "g::1", "\u0661::1"})
    void whatIsLookedUpIsNone(String host) {
        assertFalse(new Endpoint(host, 0).isLiteral());
    }

    /** RFC 5952. */
    @Test
    void addressesOfSocketsAreShortened() throws Exception {
        assertEquals("[::1]:80", Endpoint.of(InetAddress.getByName("0:0:0:0:0:0:0:1"), 80).toString());
        assertEquals("[2001:db8::1:0:0:1]:80", Endpoint.of(InetAddress.getByName("2001:DB8:0:0:1:0:0:1"), 80).toString());
        assertEquals("127.0.0.1:80", Endpoint.of(InetAddress.getByName("127.0.0.1"), 80).toString());
    }

    /** RFC 5952, whatever was typed. */
    @ParameterizedTest
    @CsvSource({"0:0:0:0:0:0:0:1, [::1]:80", "2001:DB8:0:0:1::1, [2001:db8::1:0:0:1]:80", "FE80:0::1%eth0, [fe80::1%eth0]:80",
        "::ffff:192.0.2.1, 192.0.2.1:80", "[::1], [::1]:80", "not:an:address, [not:an:address]:80"})
    void addressesAreShownInTheirCanonicalForm(String host, String shown) {
        assertEquals(shown, new Endpoint(host, 80).toString());
    }

    @ParameterizedTest
    @CsvSource({"ws://[0:0::0:1]:80/socket, [::1]:80", "ws://[FE80::0:1%25eth0], [fe80::1%eth0]"})
    void thoseOfUrlsAsWell(String url, String authority) {
        assertEquals(authority, Authority.of(URI.create(url)).toString());
    }

    @Test
    void showsIpv6InBrackets() {
        assertEquals("[::1]:80", new Endpoint("::1", 80).toString());
        assertEquals("a:80", new Endpoint("a", 80).toString());
    }
}
