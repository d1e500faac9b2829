package io.linksocks.websocket;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Optional;

/** Chooses the HTTP proxy through which a server is reached, and what to tell it about who asks. */
public abstract sealed class HttpProxies extends ProxySelector permits EnvironmentProxies, FixedProxy {
    private static final System.Logger LOG = System.getLogger(HttpProxies.class.getName());

    HttpProxies() {}

    /** The Proxy-Authorization value for the proxy of this URI, when its address holds a user (RFC 7617). */
    public abstract Optional<String> authorization(URI uri);

    @Override
    public final void connectFailed(URI uri, SocketAddress address, IOException cause) {
        LOG.log(Level.DEBUG, "proxy {0} failed: {1}", address, cause.getMessage());
    }
}
