package io.linksocks.proxy;

import java.net.InetSocketAddress;

/** A port on this side, open from its making until it is closed. */
interface OpenPort extends AutoCloseable {
    InetSocketAddress address();

    @Override
    void close();
}
