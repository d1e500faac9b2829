package io.linksocks.websocket;

import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;

/** The proxy that was chosen for one attempt, with the address of its name that answers. */
final class ChosenProxy extends ProxySelector {
    private final Proxy proxy;
    private final ProxySelector selector;

    /** @param selector which made the choice, and is told about failures */
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
