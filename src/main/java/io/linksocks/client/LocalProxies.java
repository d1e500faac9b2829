package io.linksocks.client;

import static java.lang.System.Logger.Level.DEBUG;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Selects the local port for all targets, as an HTTP proxy or a SOCKS proxy: the JDK's HTTP client supports only HTTP proxies
 * and bypasses others; sockets support SOCKS.
 */
final class LocalProxies extends ProxySelector {
    private static final Set<String> HTTP = Set.of("http", "https");

    private static final System.Logger LOG = System.getLogger(LocalProxies.class.getName());

    private final List<Proxy> http;
    private final List<Proxy> socks;

    LocalProxies(InetSocketAddress port) {
        this.http = List.of(new Proxy(Proxy.Type.HTTP, port));
        this.socks = List.of(new Proxy(Proxy.Type.SOCKS, port));
    }

    @Override
    public List<Proxy> select(URI uri) {
        return HTTP.contains(String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT)) ? http : socks;
    }

    @Override
    public void connectFailed(URI uri, SocketAddress proxy, IOException failure) {
        LOG.log(DEBUG, () -> "no connection to the local port " + proxy + ": " + failure.getMessage());
    }
}
