package io.linksocks.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import javax.net.SocketFactory;

/** Sockets whose connections go through the tunnel. */
final class TunnelSocketFactory extends SocketFactory {
    private final TunnelSocketImpl.Dial dial;

    TunnelSocketFactory(TunnelSocketImpl.Dial dial) {
        this.dial = dial;
    }

    @Override
    public Socket createSocket() throws SocketException {
        return new TunnelSocket(new TunnelSocketImpl(dial));
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connect(InetSocketAddress.createUnresolved(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connect(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        throw noLocalAddress();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        throw noLocalAddress();
    }

    static SocketException noLocalAddress() {
        return new SocketException("a connection through a tunnel has no local address to choose");
    }

    private Socket connect(InetSocketAddress target) throws IOException {
        Socket socket = createSocket();
        try {
            socket.connect(target);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Only a subclass may choose how a socket works. */
    private static final class TunnelSocket extends Socket {
        private final TunnelSocketImpl impl;

        TunnelSocket(TunnelSocketImpl impl) throws SocketException {
            super(impl);
            this.impl = impl;
        }

        /** A name is not resolved here, so there may be no address. */
        @Override
        public InetSocketAddress getRemoteSocketAddress() {
            return impl.target();
        }
    }
}
