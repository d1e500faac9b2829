package io.linksocks.client;

import io.linksocks.access.AccessPolicy;
import io.linksocks.dial.Dialer;
import io.linksocks.protocol.Features;
import io.linksocks.proxy.PortForward;
import io.linksocks.relay.BatchOptions;
import io.linksocks.seal.SealedToken;
import io.linksocks.session.SessionLimits;
import io.linksocks.socks.SocksCredentials;
import io.linksocks.tls.ClientTls;
import io.linksocks.websocket.HttpProxies;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The options of {@link LinkSocksClientBuilder}.
 *
 * @param login the token, and the secret that seals channels
 * @param socks whether to open a SOCKS5 port
 * @param socksCredentials null for none
 * @param metrics the port for metrics; null for none
 * @param standby whether to keep a second connection ready
 * @param proxies choose the HTTP proxy in front of the server; null for none
 */
record ClientOptions(List<URI> urls, SealedToken login, boolean reverse, List<SealedToken> connectorTokens,
        boolean socks, String socksHost, int socksPort, SocksCredentials socksCredentials, boolean socksNoWait, boolean reconnect,
        boolean retryAuth, int threads, BatchOptions batch, boolean fastOpen, HttpProxies proxies,
        Duration reconnectDelay, Map<String, String> headers, ClientTls tls, Dialer dialer, Features features,
        Duration resumeTimeout, boolean standby, SessionLimits limits, int maxConnections, AccessPolicy access,
        List<PortForward> forwards, InetSocketAddress metrics, ClientListener listener) {
    /** The token of a client without one; no server accepts it. */
    static final String NO_TOKEN = "anonymous";

    /** The token that the server gets. */
    String token() {
        return login.token();
    }

    /** The same without local ports, and with another listener. */
    ClientOptions forCheck(ClientListener other) {
        return new ClientOptions(urls, login, reverse, connectorTokens, false, socksHost, socksPort, socksCredentials,
                false, reconnect, retryAuth, 1, batch, fastOpen, proxies, reconnectDelay,
                headers, tls, dialer, features, resumeTimeout, false, limits, maxConnections, access, List.of(), null, other);
    }
}
