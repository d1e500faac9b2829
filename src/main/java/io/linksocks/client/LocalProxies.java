package io.linksocks.client;

import static java.lang.System.Logger.Level.DEBUG;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;

/** Leads everything to the local port, which is the tunnel's entrance. */
final class LocalProxies extends ProxySelector {
    private static final System.Logger LOG = System.getLogger(LocalProxies.class.getName());

    private final List<Proxy> socks;

    LocalProxies(InetSocketAddress port) {
        this.socks = List.of(new Proxy(Proxy.Type.SOCKS, port));
    }

    @Override
    public List<Proxy> select(URI uri) {
        return socks;
    }

    @Override
    public void connectFailed(URI uri, SocketAddress proxy, IOException failure) {
        LOG.log(DEBUG, () -> "no connection to the SOCKS port " + proxy + ": " + failure.getMessage());
    }
}
