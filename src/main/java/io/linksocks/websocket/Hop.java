package io.linksocks.websocket;

import io.linksocks.tls.NamedContext;
import io.linksocks.util.Authority;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Resolver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * The first hop to a server: the address that answers, of the server or a proxy. {@link java.net.http.HttpClient} dials only the
 * first address of a name, so it gets an address literal, and the name in Host and for TLS.
 *
 * @param uri     to dial
 * @param host    the Host field when the URI doesn't name the server; null otherwise
 * @param proxies for this URI
 * @param tls     null for the platform's default
 */
public record Hop(URI uri, String host, ProxySelector proxies, SSLContext tls) {
    static {
        // Before the caller makes a client.
        JdkSettings.apply();
    }

    /** The hop to a server without a proxy; accepts ws, wss, http and https. */
    public static Hop direct(URI uri, SSLContext tls, Duration timeout) throws IOException {
        return direct(uri, tls, new AddressProbe(Resolver.SYSTEM.client()), timeout, HttpClient.Builder.NO_PROXY);
    }

    /** Chooses the hop; blocks for look-ups, and until one of several addresses answers. */
    static Hop to(URI uri, ConnectOptions options, ProxySelector proxies, AddressProbe probe, Duration timeout)
            throws IOException {
        Proxy proxy = proxies.select(uri).getFirst();
        if (proxy.address() instanceof InetSocketAddress address) {
            InetSocketAddress reached = probe.find(new Endpoint(address.getHostString(), address.getPort()), timeout);
            // Without the name: the JDK puts it in a URI, which fails for a name with an underscore.
            reached = new InetSocketAddress(reached.getAddress().getHostAddress(), reached.getPort());
            return new Hop(uri, null, new ChosenProxy(new Proxy(proxy.type(), reached), proxies), options.tls());
        }
        return direct(uri, options.tls(), probe, timeout, proxies);
    }

    private static Hop direct(URI uri, SSLContext tls, AddressProbe probe, Duration timeout, ProxySelector proxies)
            throws IOException {
        Endpoint server = ConnectOptions.endpoint(uri);
        return server.isLiteral() || !JdkSettings.allowsHost()
                ? new Hop(uri, null, proxies, tls)
                : atAddress(uri, server, probe.find(server, timeout), proxies, tls);
    }

    private static Hop atAddress(URI uri, Endpoint server, InetSocketAddress reached, ProxySelector proxies, SSLContext tls)
            throws IOException {
        String address = new Endpoint(reached.getAddress().getHostAddress(), reached.getPort()).toString();
        String rest = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        String host = Authority.of(uri).port() == 0 ? server.host() : server.toString();
        return new Hop(URI.create(uri.getScheme() + "://" + address + rest), host, proxies,
                ConnectOptions.isSecure(uri) ? named(server, tls) : tls);
    }

    private static SSLContext named(Endpoint server, SSLContext tls) throws IOException {
        try {
            return NamedContext.of(tls == null ? SSLContext.getDefault() : tls, server.host());
        } catch (NoSuchAlgorithmException e) {
            throw new IOException("this Java has no TLS: " + e.getMessage(), e);
        }
    }

    /** Always selects the proxy of one attempt, at the address that answers. */
    private static final class ChosenProxy extends ProxySelector {
        private final Proxy proxy;
        private final ProxySelector selector;

        /** @param selector is told about failures */
        ChosenProxy(Proxy proxy, ProxySelector selector) {
            this.proxy = proxy;
            this.selector = selector;
        }

        @Override
        public List<Proxy> select(URI uri) {
            return List.of(proxy);
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException cause) {
            selector.connectFailed(uri, address, cause);
        }
    }
}
