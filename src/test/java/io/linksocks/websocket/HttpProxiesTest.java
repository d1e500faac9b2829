package io.linksocks.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpProxiesTest {
    @ParameterizedTest
    @CsvSource({"http://a, a, 8080", "HTTP://u:p@my_proxy:3128/, my_proxy, 3128", "http://[::1]:1, ::1, 1"})
    void isForEveryServer(URI url, String host, int port) {
        for (String server : new String[] {"ws://example.com/", "wss://localhost/", "http://127.0.0.1:1/"}) {
            InetSocketAddress address =
                    (InetSocketAddress) HttpProxies.fixed(url).select(URI.create(server)).getFirst().address();
            assertEquals(host, address.getHostString());
            assertEquals(port, address.getPort());
        }
    }

    @Test
    void decodesTheUser() {
        URI server = URI.create("wss://a/");
        assertEquals(Optional.of("Basic dXNlcjpwQHNz"),
                HttpProxies.fixed(URI.create("http://user:p%40ss@a")).authorization(server));
        assertEquals(Optional.empty(), HttpProxies.fixed(URI.create("http://a")).authorization(server));
    }

    @ParameterizedTest
    @ValueSource(strings = {"socks5://u:hunter2@a", "https://u:hunter2@a", "http://u:hunter2@a:0", "http://u:hunter2",
        "http://u%3A:hunter2@a", "a", "http://u:hunter2@a/path"})
    void refusesWithoutThePassword(URI url) {
        String message = assertThrows(IllegalArgumentException.class, () -> HttpProxies.fixed(url)).getMessage();
        assertTrue(message.endsWith("; write it like http://user:password@127.0.0.1:8080"), message);
        assertFalse(message.contains("hunter2"), message);
    }
}
