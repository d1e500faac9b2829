package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class ServerStartTest {
    @Test
    void aSecondStartIsRefusedAndChangesNothing() throws IOException {
        try (LinkSocksServer server = LinkSocksServer.builder().host("127.0.0.1").port(0).build()) {
            server.start();
            int port = server.port();
            assertThrows(IllegalStateException.class, server::start);
            assertEquals(port, server.port());
        }
    }

    @Test
    void aStartThatFailsFreesThePort() throws IOException {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        try (ServerSocket taken = new ServerSocket(0, 1, loopback)) {
            LinkSocksServer server = LinkSocksServer.builder().host("127.0.0.1").port(0)
                    .metrics(new InetSocketAddress(loopback, taken.getLocalPort())).build();
            assertThrows(IOException.class, server::start);
            new ServerSocket(server.port(), 1, loopback).close();
        }
    }
}
