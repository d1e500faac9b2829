package io.linksocks.dial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.util.Endpoint;
import io.linksocks.util.ProxyUrl;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(240)
class UpstreamProxyTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @ParameterizedTest
    @CsvSource({
        "socks5://127.0.0.1, socks5://127.0.0.1:1080",
        "SOCKS5h://Proxy.example:9050/, socks5://Proxy.example:9050",
        "socks5://user:pass@[::1], socks5://[::1]:1080",
        "http://proxy, http://proxy:8080",
        "HTTP://my_proxy:3128, http://my_proxy:3128",
        "http://user@proxy:, http://proxy:8080",
        "http://:token@proxy:65535, http://proxy:65535",
    })
    void understands(URI uri, String proxy) {
        assertEquals(proxy, UpstreamProxy.parse(uri).toString());
        Dialer dialer = UpstreamProxy.dialer(ProxyUrl.parse(uri));
        if (proxy.startsWith("http")) {
            assertInstanceOf(HttpProxyDialer.class, dialer);
        } else {
            assertInstanceOf(SocksProxyDialer.class, dialer);
        }
    }

    @Test
    void decodesTheCredentialsForSocks() throws Exception {
        try (FakeProxy proxy = new FakeProxy(connection -> {
            connection.expect("05 02 00 02");
            connection.send("05 02");
            connection.expect("01 04 613a622b 05 c3a42f403a");
            connection.send("01 00");
            connection.expect("05 01 00 01 c0000201 0001");
            connection.send("05 00 00 01 00000000 0000");
            connection.awaitEnd();
        })) {
            Dialer dialer = UpstreamProxy.parse(URI.create("socks5://a%3Ab+:%C3%A4%2f%40:@" + proxy.address()));
            try (Socket socket = dialer.connect(new Endpoint("192.0.2.1", 1), LONG)) {
                assertTrue(socket.isConnected());
            }
        }
    }

    @Test
    void decodesTheCredentialsForHttp() throws Exception {
        try (FakeProxy proxy = new FakeProxy(connection -> {
            // a+:ä/@:
            assertTrue(connection.head().contains("\r\nProxy-Authorization: Basic YSs6w6QvQDo=\r\n"));
            connection.text("HTTP/1.1 200 OK\r\n\r\n");
            connection.awaitEnd();
        })) {
            Dialer dialer = UpstreamProxy.parse(URI.create("http://a+:%C3%A4%2f%40:@" + proxy.address()));
            try (Socket socket = dialer.connect(new Endpoint("192.0.2.1", 1), LONG)) {
                assertTrue(socket.isConnected());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "https://me:hunter2@host", "ftp://me:hunter2@host", "//me:hunter2@host", "host", "localhost:1080", "socks5:",
        "socks5:///", "http://", "socks5://me:hunter2@", "socks5://me:hunter2", "http://me:1/hunter2@host:1",
        "http://me:1?hunter2@host", "http://me:1#hunter2@host", "http://host/path", "http://me:hunter2@host:0",
        "http://me:hunter2@host:65536", "http://me:hunter2@host:99999", "http://me:hunter2@[::1", "http://me:hunter2@ho:st",
        "http://a%3Ab:hunter2@host", "http://me:hunter2%0A@host", "socks5://:hunter2@host", "socks5://me:hunter2%ff@host"
    })
    void refusesWithoutThePassword(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (java.net.URISyntaxException e) {
            assertFalse(e.getReason().contains("hunter2"));
            return;
        }
        String message = assertThrows(IllegalArgumentException.class, () -> UpstreamProxy.parse(uri)).getMessage();
        assertTrue(message.contains("; write it like socks5://user:password@"), message);
        assertFalse(message.contains("hunter2"), message);
    }

    @Test
    void namesTheInputAndTheCure() {
        assertEquals("invalid upstream proxy \"https://proxy\": the scheme must be socks5 or http; write it like"
                        + " socks5://user:password@127.0.0.1:1080 or http://127.0.0.1:8080",
                assertThrows(IllegalArgumentException.class,
                        () -> UpstreamProxy.parse(URI.create("https://u:p@proxy:443"))).getMessage());
    }

    @Test
    void refusesSocksCredentialsThatAreTooLong() {
        URI uri = URI.create("socks5://u:" + "x".repeat(256) + "@host");
        String message = assertThrows(IllegalArgumentException.class, () -> UpstreamProxy.parse(uri)).getMessage();
        assertTrue(message.contains("a SOCKS password has at most 255 bytes"), message);
    }
}
