package io.linksocks.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyEnvironmentTest {
    private static String proxy(Map<String, String> environment, String uri) {
        Proxy proxy = HttpProxies.fromEnvironment(environment).select(URI.create(uri)).getFirst();
        if (proxy.equals(Proxy.NO_PROXY)) {
            return "direct";
        }
        InetSocketAddress address = (InetSocketAddress) proxy.address();
        return address.getHostString() + ":" + address.getPort();
    }

    @Test
    void choosesByScheme() {
        Map<String, String> environment = Map.of("http_proxy", "http://plain:3128", "HTTPS_PROXY", "tls");
        assertEquals("plain:3128", proxy(environment, "ws://a/"));
        assertEquals("plain:3128", proxy(environment, "http://a/"));
        assertEquals("tls:80", proxy(environment, "WSS://a/"));
        assertEquals("tls:80", proxy(environment, "https://a/"));
        assertEquals("direct", proxy(Map.of("http_proxy", "p"), "wss://a/"));
        assertEquals("direct", proxy(Map.of("http_proxy", ""), "ws://a/"));
        assertEquals("lower:80", proxy(Map.of("http_proxy", "lower", "HTTP_PROXY", "upper"), "ws://a/"));
        assertEquals("all:1", proxy(Map.of("ALL_PROXY", "http://all:1"), "wss://a/"));
        assertEquals("one:80", proxy(Map.of("all_proxy", "socks5://all:1", "https_proxy", "one"), "wss://a/"));
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, ''", "127.0.0.1, ''", "127.1.2.3, ''", "[::1], ''",
        "example.com, *", "example.com, 'a, example.com'", "EXAMPLE.com, example.COM", "www.example.com, example.com",
        "www.example.com, .example.com", "www.example.com, *.example.com", "example.com, .example.com",
        "example.com., example.com", "example.com, example.com.", "10.1.2.3, 10.1.2.3", "10.1.2.3, 10.0.0.0/8",
        "10.1.2.3, 10.1.2.2/31", "[fd00::1], fd00::1", "[fd00::1], fd00::/8", "[fd00::1], [fd00:0::1]", "10.1.2.3, 0.0.0.0/0",
        "example.com, example.com:1", "www.example.com, .example.com:1", "10.1.2.3, 10.1.2.3:1", "[fd00::1], [fd00::1]:1"
    })
    void goesDirectly(String host, String noProxy) {
        assertEquals("direct", proxy(Map.of("all_proxy", "p", "no_proxy", noProxy), "ws://" + host + ":1/"));
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, example.org", "notexample.com, example.com", "example.com, www.example.com", "example.com, example.com:80",
        "10.1.2.3, 10.1.2.3:80", "[fd00::1], [fd00::1]:80",
        "10.1.2.3, 10.1.2.4", "10.1.2.3, 10.1.2.4/31", "10.1.2.3, 2.3", "10.1.2.3, 10.0.0.0/x", "10.1.2.3, 10.0.0.0/33",
        "10.1.2.3, ::/0", "[fd00::1], fe00::/8", "example.com, ' , ,'"
    })
    void goesThroughTheProxy(String host, String noProxy) {
        assertEquals("p:80", proxy(Map.of("all_proxy", "p", "no_proxy", noProxy), "ws://" + host + ":1/"));
    }

    @Test
    void takesTheUserFromTheAddress() {
        URI uri = URI.create("wss://a/");
        HttpProxies proxies = HttpProxies.fromEnvironment(Map.of("https_proxy", "http://user:p%40ss@proxy:8080/"));
        assertEquals(Optional.of("Basic dXNlcjpwQHNz"), proxies.authorization(uri));
        assertEquals(Optional.empty(), proxies.authorization(URI.create("ws://a/")));
        assertEquals(Optional.empty(), HttpProxies.fromEnvironment(Map.of("https_proxy", "proxy")).authorization(uri));
    }

    @ParameterizedTest
    @CsvSource({"socks5://user:secret@proxy", "https://user:secret@proxy", "http://user:secret@ proxy", "http://user:secret@/"})
    void refusesWhatIsNoHttpProxyWithoutItsPassword(String value) {
        HttpProxies proxies = HttpProxies.fromEnvironment(Map.of("https_proxy", value));
        String message = assertThrows(IllegalArgumentException.class, () -> proxies.select(URI.create("wss://a/"))).getMessage();
        assertFalse(message.contains("secret"), message);
    }

    @ParameterizedTest
    @CsvSource({"user:pa%40ss, user:pa@ss", "DOMAIN\\user:pw, DOMAIN\\user:pw", "user:pa@ss, user:pa@ss",
        "user:pa^ss, user:pa^ss", "user:100%, user:100%"})
    void takesLoginsAsCurlDoes(String written, String meant) {
        URI uri = URI.create("ws://a/");
        HttpProxies proxies = HttpProxies.fromEnvironment(Map.of("http_proxy", " http://" + written + "@my_proxy:1/"));
        assertEquals(Optional.of("Basic " + Base64.getEncoder().encodeToString(meant.getBytes(StandardCharsets.UTF_8))),
                proxies.authorization(uri));
        assertEquals("my_proxy:1", proxy(Map.of("http_proxy", " http://" + written + "@my_proxy:1/"), "ws://my_server/"));
    }

    @Test
    void namesTheVariableOfAProxyThatFails() {
        HttpProxies proxies = HttpProxies.fromEnvironment(Map.of("http_proxy", "dead:1", "ALL_PROXY", "dead:2", "no_proxy", "b"));
        assertEquals(Optional.of("the proxy comes from http_proxy: correct that variable, "
                        + "or ignore it with environmentProxy(false)"),
                proxies.hint(URI.create("ws://a/")));
        assertEquals(Optional.of("the proxy comes from ALL_PROXY: correct that variable, "
                        + "or ignore it with environmentProxy(false)"),
                proxies.hint(URI.create("wss://a/")));
        assertEquals(Optional.empty(), proxies.hint(URI.create("wss://b/")));
    }

    @Test
    void namesTheVariableThatIsWrongAndHowToIgnoreIt() {
        HttpProxies proxies = HttpProxies.fromEnvironment(Map.of("ALL_PROXY", "socks5://127.0.0.1:1"));
        assertEquals("ALL_PROXY does not name an HTTP proxy; correct that variable, or ignore it with environmentProxy(false)",
                assertThrows(IllegalArgumentException.class, () -> proxies.select(URI.create("wss://a/"))).getMessage());
    }
}
