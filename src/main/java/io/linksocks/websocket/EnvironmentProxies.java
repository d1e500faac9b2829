package io.linksocks.websocket;

import io.linksocks.util.Authority;
import io.linksocks.util.ProxyUrl;
import java.net.Proxy;
import java.net.URI;
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
        ProxyUrl proxy = proxyFor(uri);
        if (proxy == null) {
            return List.of(Proxy.NO_PROXY);
        }
        return List.of(proxy.toProxy(DEFAULT_PORT));
    }

    @Override
    public Optional<String> authorization(URI uri) {
        ProxyUrl proxy = proxyFor(uri);
        return Optional.ofNullable(proxy).map(ProxyUrl::authorization);
    }

    private ProxyUrl proxyFor(URI uri) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        boolean encrypted = scheme.equals("https") || scheme.equals("wss");
        String name = encrypted ? "https_proxy" : "http_proxy";
        String chosen = variable(name).isEmpty() ? "all_proxy" : name;
        if (variable(chosen).isEmpty() || exceptions.contains(Authority.of(uri).host())) {
            return null;
        }
        return parse(spelled(chosen), variable(chosen));
    }

    private String variable(String name) {
        return environment.getOrDefault(spelled(name), "").strip();
    }

    /** In lower case, unless only the other one is there. */
    private String spelled(String name) {
        return environment.getOrDefault(name, "").isBlank() ? name.toUpperCase(Locale.ROOT) : name;
    }

    /** The value may hold a password, so that messages name the variable only. */
    private static ProxyUrl parse(String variable, String value) {
        String hint = "; correct that variable, or ignore it with -E";
        ProxyUrl proxy;
        try {
            proxy = ProxyUrl.lenient(value.contains("://") ? value : "http://" + value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(variable + " is no URL of a proxy: " + e.getMessage() + hint);
        }
        if (!proxy.scheme().equals("http")) {
            throw new IllegalArgumentException(variable + " does not name an HTTP proxy" + hint);
        }
        return proxy;
    }
}
