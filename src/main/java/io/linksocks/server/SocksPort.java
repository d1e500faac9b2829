package io.linksocks.server;

import io.linksocks.proxy.EntryOptions;
import io.linksocks.proxy.SocksIngress;
import io.linksocks.relay.SessionPool;
import io.linksocks.util.Endpoint;
import java.io.IOException;

/** The SOCKS port of a reverse token: known from the beginning, opened later, and then open until the token is removed. */
final class SocksPort {
    private final int number;
    private final SocksIngress ingress;
    private final SocksPorts origin;

    SocksPort(Endpoint address, EntryOptions options, SocksPorts origin) {
        this.number = address.port();
        this.ingress = new SocksIngress(address, options);
        this.origin = origin;
    }

    int number() {
        return number;
    }

    /** Opens the port unless it is open or closed for good. */
    void open(SessionPool sessions) throws IOException {
        ingress.open(sessions);
    }

    boolean isOpen() {
        return ingress.isOpen();
    }

    void close() {
        ingress.close();
        origin.release(number);
    }
}
