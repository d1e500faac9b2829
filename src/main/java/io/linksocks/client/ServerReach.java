package io.linksocks.client;

import io.linksocks.tls.ClientTls;
import io.linksocks.websocket.HttpProxies;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How a client reaches its servers.
 *
 * @param headers further fields of the WebSocket handshake
 * @param proxies choose the HTTP proxy in front of the server; null for none
 * @param threads WebSockets at one time
 * @param standby whether to keep a second connection ready
 */
record ServerReach(List<URI> urls, Map<String, String> headers, HttpProxies proxies, ClientTls tls, boolean reconnect,
        Duration reconnectDelay, boolean retryAuth, int threads, boolean standby) {
    /** For one connection. */
    ServerReach once() {
        return new ServerReach(urls, headers, proxies, tls, reconnect, reconnectDelay, retryAuth, 1, false);
    }
}
