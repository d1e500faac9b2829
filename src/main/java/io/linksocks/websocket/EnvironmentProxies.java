package io.linksocks.websocket;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The proxies that {@code http_proxy}, {@code https_proxy}, {@code all_proxy} and {@code no_proxy} name, in lower or
 * upper case, with the meaning curl gives them. Loopback addresses are always reached directly.
 */
public final class EnvironmentProxies extends HttpProxies {
    private static final int DEFAULT_PORT = 80;

    private final Map<String, String> environment;
    private final NoProxy exceptions;

    /** Proxies from a process environment. */
    public EnvironmentProxies(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
        this.exceptions = new NoProxy(variable("no_proxy"));
    }

    /**
     * The proxy for an http, https, ws or wss URI, or none.
     *
     * @throws IllegalArgumentException when the variable in charge names no HTTP proxy
     */
    @Override
    public List<Proxy> select(URI uri) {
        URI proxy = proxyFor(uri);
        if (proxy == null) {
            return List.of(Proxy.NO_PROXY);
        }
        int port = proxy.getPort() < 0 ? DEFAULT_PORT : proxy.getPort();
        return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.getHost(), port)));
    }

    @Override
    public Optional<String> authorization(URI uri) {
        return Optional.ofNullable(proxyFor(uri)).map(URI::getUserInfo).map(user ->
                "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
    }

    private URI proxyFor(URI uri) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        boolean encrypted = scheme.equals("https") || scheme.equals("wss");
        String name = encrypted ? "https_proxy" : "http_proxy";
        String value = variable(name);
        String chosen = value.isEmpty() ? variable("all_proxy") : value;
        if (chosen.isEmpty() || exceptions.contain(uri.getHost())) {
            return null;
        }
        return parse(value.isEmpty() ? "all_proxy" : name, chosen);
    }

    private String variable(String name) {
        String value = environment.getOrDefault(name, "");
        return value.isEmpty() ? environment.getOrDefault(name.toUpperCase(Locale.ROOT), "") : value;
    }

    /** The value may hold a password, so that messages name the variable only. */
    private static URI parse(String variable, String value) {
        try {
            URI proxy = new URI(value.contains("://") ? value : "http://" + value);
            if (proxy.getHost() != null && proxy.getScheme().equalsIgnoreCase("http")) {
                return proxy;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(variable + " is not a URL: " + e.getReason());
        }
        throw new IllegalArgumentException(variable + " does not name an HTTP proxy");
    }
}
