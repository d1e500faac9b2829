package io.linksocks.websocket;

import io.linksocks.util.Authority;
import io.linksocks.util.Endpoint;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.HashMap;
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
    /** What the handshake needs to be as it makes it (RFC 6455, section 4.1), and what says how long a body is. */
    private static final Set<String> OWN_FIELDS = Set.of("connection", "content-length", "expect", "upgrade",
            "sec-websocket-accept", "sec-websocket-extensions", "sec-websocket-key", "sec-websocket-protocol",
            "sec-websocket-version", "transfer-encoding");

    static {
        // Before a request is made here to check a header.
        JdkSettings.apply();
    }

    /** Fields that one host must not see when they were meant for another (RFC 9110, section 15.4). */
    private static final Set<String> PRIVATE = Set.of("authorization", "cookie");

    public ConnectOptions {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!Set.of("ws", "wss").contains(scheme) || !isReachable(uri)) {
            throw new IllegalArgumentException("not the address of a WebSocket");
        }
        headers = Map.copyOf(headers);
    }

    /**
     * Whether a header field may be among {@link #headers}.
     *
     * @throws IllegalArgumentException naming the field, but not its value, and what to do instead
     */
    public static void checkHeader(String name, String value) {
        String field = name.toLowerCase(Locale.ROOT);
        if (OWN_FIELDS.contains(field)) {
            throw new IllegalArgumentException(name + " is set by the handshake itself; leave it out");
        }
        try {
            HttpRequest.newBuilder().header(name, value);
            if (field.equals("host") && !JdkSettings.userSetsHost()) {
                throw new IllegalArgumentException(name);
            }
        } catch (IllegalArgumentException e) {
            // Not as the cause: its message may repeat the value.
            throw new IllegalArgumentException(field.equals("host")
                    ? name + " comes from the server's URL; put the name there, or start java with"
                            + " -Djdk.httpclient.allowRestrictedHeaders=host"
                    : "no header has such a name or value");
        }
    }

    /** What of {@link #headers} may be sent to this address, to which the server may have redirected. */
    public Map<String, String> headersFor(URI address) {
        if (endpoint(address).equals(endpoint(uri))) {
            return headers;
        }
        Map<String, String> others = new HashMap<>(headers);
        others.keySet().removeIf(name -> PRIVATE.contains(name.toLowerCase(Locale.ROOT)));
        return others;
    }

    /** Host and port of a {@code ws} or {@code wss} address, or of its {@code http} or {@code https} form. */
    public static Endpoint endpoint(URI uri) {
        return Authority.of(uri).endpoint(isSecure(uri) ? 443 : 80);
    }

    static boolean isSecure(URI uri) {
        return Set.of("wss", "https").contains(uri.getScheme().toLowerCase(Locale.ROOT));
    }

    /** Whether there is a host, and no impossible port. */
    static boolean isReachable(URI uri) {
        try {
            Authority.of(uri);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** A direct connection with the platform's trust and no further header field. */
    public static ConnectOptions direct(URI uri, Duration timeout) {
        return new ConnectOptions(uri, Map.of(), timeout, Optional.empty(), null);
    }
}
