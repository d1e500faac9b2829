/** LinkSocks: SOCKS5 over one WebSocket, as a library and as a program. */
module io.linksocks {
    requires java.logging;
    requires java.net.http;
    // for SIGHUP
    requires jdk.unsupported;

    exports io.linksocks.access;
    exports io.linksocks.client;
    exports io.linksocks.server;
    exports io.linksocks.wire;
}
