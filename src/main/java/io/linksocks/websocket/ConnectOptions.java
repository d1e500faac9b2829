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
 * The options for connecting to a WebSocket server.
 *
 * @param uri     {@code ws} or {@code wss}, without a fragment
 * @param headers additional fields of the opening request; Authorization and Cookie are not sent to other hosts
 * @param timeout until the WebSocket is open, including redirects
 * @param proxies chooses an HTTP proxy for a URI; empty for a direct connection
 * @param tls     for {@code wss}; null for the platform's default
 */
public record ConnectOptions(
        URI uri, Map<String, String> headers, Duration timeout, Optional<ProxySelector> proxies, SSLContext tls) {
    /** Fields that the handshake sets itself (RFC 6455, section 4.1), and those that declare a body. */
    private static final Set<String> OWN_FIELDS = Set.of("connection", "content-length", "expect", "upgrade",
            "sec-websocket-accept", "sec-websocket-extensions", "sec-websocket-key", "sec-websocket-protocol",
            "sec-websocket-version", "transfer-encoding");

    static {
        // Before checkHeader makes a request.
        JdkSettings.apply();
    }

    /** Fields that a redirect to another host must not carry (RFC 9110, section 15.4). */
    private static final Set<String> PRIVATE = Set.of("authorization", "cookie");

    public ConnectOptions {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!Set.of("ws", "wss").contains(scheme) || !isReachable(uri)) {
            throw new IllegalArgumentException("not the address of a WebSocket");
        }
        headers = Map.copyOf(headers);
    }

    /**
     * Checks whether a header field may be among {@link #headers}.
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
            // Without the cause, whose message may repeat the value.
            throw new IllegalArgumentException(field.equals("host")
                    ? name + " comes from the server's URL; put the name there, or start java with"
                            + " -Djdk.httpclient.allowRestrictedHeaders=host"
                    : "no header has such a name or value");
        }
    }

    /** The {@link #headers} that may be sent to this address, which may be the target of a redirect. */
    public Map<String, String> headersFor(URI address) {
        // Nearly always the same URI, and the JDK generates the code to compare records anew at each start.
        if (address.equals(uri) || endpoint(address).equals(endpoint(uri))) {
            return headers;
        }
        Map<String, String> others = new HashMap<>(headers);
        others.keySet().removeIf(name -> PRIVATE.contains(name.toLowerCase(Locale.ROOT)));
        return others;
    }

    /** Host and port of a {@code ws}, {@code wss}, {@code http} or {@code https} URI. */
    public static Endpoint endpoint(URI uri) {
        return Authority.of(uri).endpoint(isSecure(uri) ? 443 : 80);
    }

    static boolean isSecure(URI uri) {
        return Set.of("wss", "https").contains(uri.getScheme().toLowerCase(Locale.ROOT));
    }

    /** Whether the URI has a host and a valid port. */
    static boolean isReachable(URI uri) {
        try {
            Authority.of(uri);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** A direct connection with the platform's default TLS and no additional headers. */
    public static ConnectOptions direct(URI uri, Duration timeout) {
        return new ConnectOptions(uri, Map.of(), timeout, Optional.empty(), null);
    }
}
