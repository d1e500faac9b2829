package io.linksocks.websocket;

import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * How to reach a WebSocket server.
 *
 * @param uri     {@code ws} or {@code wss}, without a fragment
 * @param headers further fields of the opening request; Authorization and Cookie stay with the host they are meant for
 * @param timeout for everything up to the open WebSocket, redirects included
 * @param proxies chooses an HTTP proxy for the http or https form of the URI; none means a direct connection
 * @param tls     what {@code wss} trusts; null means the platform's default
 */
public record ConnectOptions(
        URI uri, Map<String, String> headers, Duration timeout, Optional<ProxySelector> proxies, SSLContext tls) {
    public ConnectOptions {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!Set.of("ws", "wss").contains(scheme) || !isReachable(uri)) {
            throw new IllegalArgumentException("not the address of a WebSocket");
        }
        headers = Map.copyOf(headers);
    }

    /** Whether there is a host, and no impossible port. */
    static boolean isReachable(URI uri) {
        return uri.getHost() != null && uri.getPort() <= 0xFFFF;
    }

    /** A direct connection with the platform's trust and no further header field. */
    public static ConnectOptions direct(URI uri, Duration timeout) {
        return new ConnectOptions(uri, Map.of(), timeout, Optional.empty(), null);
    }
}
