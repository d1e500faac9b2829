package io.linksocks.websocket;

import io.linksocks.util.ProxyUrl;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Chooses the HTTP proxy through which a server is reached, and the credentials for it. */
public final class HttpProxies extends ProxySelector {
    private static final System.Logger LOG = System.getLogger(HttpProxies.class.getName());
    private static final String FIXED_HINT = "the proxy comes from proxy(...): is it running, and is this its port?";
    private static final int FIXED_DEFAULT_PORT = 8080;
    /** As curl does. */
    private static final int ENVIRONMENT_DEFAULT_PORT = 80;
    private static final String USAGE = "; write it like http://user:password@127.0.0.1:8080";

    private final Function<URI, Optional<ProxyUrl>> choice;
    private final Function<URI, String> hint;
    private final int defaultPort;

    private HttpProxies(Function<URI, Optional<ProxyUrl>> choice, Function<URI, String> hint, int defaultPort) {
        this.choice = choice;
        this.hint = hint;
        this.defaultPort = defaultPort;
    }

    /**
     * Chooses one proxy for every server, loopback addresses included.
     *
     * @param proxy {@code http://[user:password@]host[:port]}
     * @throws IllegalArgumentException that says what is wrong with the URL, without the credentials
     */
    public static HttpProxies fixed(URI proxy) {
        ProxyUrl url;
        try {
            url = ProxyUrl.parse(proxy);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("invalid proxy " + e.getMessage() + USAGE);
        }
        if (!url.scheme().equals("http")) {
            throw new IllegalArgumentException("invalid proxy \"" + url + "\": a server is reached through HTTP proxies only,"
                    + " which many SOCKS5 proxies are on the same port" + USAGE);
        }
        try {
            url.authorization();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("invalid proxy \"" + url + "\": " + e.getMessage() + USAGE);
        }
        return new HttpProxies(uri -> Optional.of(url), uri -> FIXED_HINT, FIXED_DEFAULT_PORT);
    }

    /** Chooses by {@code http_proxy}, {@code https_proxy}, {@code all_proxy} and {@code no_proxy}. */
    public static HttpProxies fromEnvironment(Map<String, String> environment) {
        ProxyEnvironment variables = new ProxyEnvironment(environment);
        return new HttpProxies(variables::proxyFor, variables::hint, ENVIRONMENT_DEFAULT_PORT);
    }

    /**
     * The proxy for an http, https, ws or wss URI; {@link Proxy#NO_PROXY} for a direct connection.
     *
     * @throws IllegalArgumentException when the environment variable for it names no HTTP proxy
     */
    @Override
    public List<Proxy> select(URI uri) {
        return List.of(choice.apply(uri).map(proxy -> proxy.toProxy(defaultPort)).orElse(Proxy.NO_PROXY));
    }

    /** The value of Proxy-Authorization for the proxy of this URI, if its URL has a user (RFC 7617). */
    public Optional<String> authorization(URI uri) {
        return choice.apply(uri).map(ProxyUrl::authorization);
    }

    /** What to do when the proxy of this URI fails; empty for a direct connection. */
    public Optional<String> hint(URI uri) {
        return choice.apply(uri).map(proxy -> hint.apply(uri));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException cause) {
        LOG.log(Level.DEBUG, "proxy {0} failed: {1}", address, cause.getMessage());
    }
}
