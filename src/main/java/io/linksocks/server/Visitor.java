package io.linksocks.server;

import io.linksocks.tls.ClientCertificate;
import io.linksocks.util.IpLiteral;
import java.net.InetAddress;

/**
 * The sender of a request, not authenticated yet.
 *
 * @param address of the client, behind trusted proxies
 * @param name for logs
 * @param certificate null when clients need none
 */
record Visitor(InetAddress address, String name, ClientCertificate certificate) {
    Visitor(InetAddress address, String name) {
        this(address, name, null);
    }

    /** Without a port. */
    String host() {
        return IpLiteral.format(address);
    }

    Visitor with(ClientCertificate presented) {
        return new Visitor(address, name, presented);
    }
}
