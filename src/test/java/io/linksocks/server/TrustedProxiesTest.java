package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.linksocks.access.AddressRange;
import io.linksocks.http.Headers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustedProxiesTest {
    private static final TrustedProxies PROXIES = new TrustedProxies(
            List.of(AddressRange.parse("127.0.0.1"), AddressRange.parse("10.0.0.0/8"), AddressRange.parse("2001:db8::/32")));

    private static Visitor visitor(String remote, Headers headers) throws Exception {
        return PROXIES.visitor(headers, new InetSocketAddress(InetAddress.getByName(remote), 4711));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "127.0.0.1   | 192.0.2.7                      | 192.0.2.7",
        "127.0.0.1   | 198.51.100.1, 192.0.2.7        | 192.0.2.7",
        "127.0.0.1   | 198.51.100.1, 192.0.2.7, 10.1.1.1 | 192.0.2.7",
        "127.0.0.1   | 192.0.2.7,10.1.1.1,10.2.2.2    | 192.0.2.7",
        "127.0.0.1   | 10.1.1.1                       | 10.1.1.1",
        "127.0.0.1   | 192.0.2.7:5555                 | 192.0.2.7",
        "127.0.0.1   | [2001:db9::1]:5555             | 2001:db9:0:0:0:0:0:1",
        "127.0.0.1   | 2001:db9::1                    | 2001:db9:0:0:0:0:0:1",
        "2001:db8::5 | 192.0.2.7                      | 192.0.2.7",
        "127.0.0.1   | unknown                        | 127.0.0.1",
        "127.0.0.1   | 192.0.2.7, evil.example        | 127.0.0.1",
        "127.0.0.1   | evil.example, 10.1.1.1         | 10.1.1.1",
        "127.0.0.1   | ''                             | 127.0.0.1",
        "192.0.2.9   | 192.0.2.7                      | 192.0.2.9",
    })
    void readsTheListFromItsEndAsLongAsItsAuthorsAreKnown(String remote, String forwarded, String client)
            throws Exception {
        Visitor visitor = visitor(remote, Headers.NONE.with("x-forwarded-for", forwarded));
        assertEquals(client, visitor.address().getHostAddress());
    }

    @Test
    void severalLinesAreOneList() throws Exception {
        Headers headers = Headers.NONE.with("X-Forwarded-For", "198.51.100.1").with("X-Forwarded-For", "192.0.2.7");
        assertEquals("192.0.2.7 by way of 127.0.0.1:4711", visitor("127.0.0.1", headers).name());
    }

    @Test
    void cloudflareIsHeardWhenNobodyElseSpeaks() throws Exception {
        Headers headers = Headers.NONE.with("CF-Connecting-IP", "192.0.2.7");
        assertEquals("192.0.2.7", visitor("10.0.0.1", headers).address().getHostAddress());
        assertEquals("192.0.2.9:4711", visitor("192.0.2.9", headers).name());
        assertEquals("198.51.100.1",
                visitor("10.0.0.1", headers.with("X-Forwarded-For", "198.51.100.1")).address().getHostAddress());
    }
}
