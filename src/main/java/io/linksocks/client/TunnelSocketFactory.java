package io.linksocks.client;

import io.linksocks.dial.DialCancellation;
import io.linksocks.relay.ChannelStreams;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.SocketFactory;

/** Sockets whose connections go through the tunnel. */
final class TunnelSocketFactory extends SocketFactory {
    private final LinkSocksClient client;

    TunnelSocketFactory(LinkSocksClient client) {
        this.client = client;
    }

    @Override
    public Socket createSocket() throws SocketException {
        return new TunnelSocket(new TunnelSocketImpl(client));
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

    private static SocketException noLocalAddress() {
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
            return impl.target;
        }
    }

    /** The implementation of such a socket. {@link java.net.Socket} checks the order of calls. */
    private static final class TunnelSocketImpl extends SocketImpl {
        private static final byte[] NO_ADDRESS = new byte[4];
        private static final Integer AT_ONCE = 0;

        private final LinkSocksClient client;
        /** With those that have no effect, which can be read all the same. */
        private final Map<Integer, Object> options = new ConcurrentHashMap<>(Map.of(
                SocketOptions.TCP_NODELAY, true, SocketOptions.SO_KEEPALIVE, true, SocketOptions.SO_TIMEOUT, 0));

        /** Held for changes of all below; nothing blocks while it is held. */
        private final ReentrantLock lock = new ReentrantLock();
        /** Both null before the socket is connected. */
        private volatile InetSocketAddress target;
        private volatile ChannelStreams streams;
        private volatile boolean closed;
        /** Null before {@link #connect}. */
        private DialCancellation dialling;

        TunnelSocketImpl(LinkSocksClient client) {
            this.client = client;
        }

        @Override
        protected void create(boolean stream) throws SocketException {
            if (!stream) {
                throw new SocketException("only TCP");
            }
        }

        // --- connecting ----------------------------------------------------------------------------------------------

        @Override
        protected void connect(String host, int toPort) throws IOException {
            connect(InetSocketAddress.createUnresolved(host, toPort), 0);
        }

        @Override
        protected void connect(InetAddress host, int toPort) throws IOException {
            connect(new InetSocketAddress(host, toPort), 0);
        }

        /** A name goes through the tunnel as a name, and what was resolved already as an address. */
        @Override
        protected void connect(SocketAddress wanted, int timeoutMillis) throws IOException {
            if (!(wanted instanceof InetSocketAddress to)) {
                throw new IllegalArgumentException("not an IP socket address: " + wanted);
            }
            String host = to.isUnresolved() ? to.getHostString() : Endpoint.of(to).host();
            Duration timeout = timeoutMillis == 0 ? TunnelDialer.NO_LIMIT : Duration.ofMillis(timeoutMillis);
            TunnelConnection made = null;
            try (DialCancellation cancellation = new DialCancellation()) {
                beginDialling(cancellation);
                made = client.dial(host, to.getPort(), timeout);
                // Some callers need an address: this one leads nowhere and has the name.
                address = to.isUnresolved() ? InetAddress.getByAddress(host, NO_ADDRESS) : to.getAddress();
                port = to.getPort();
            } finally {
                endDialling(to, made);
            }
        }

        private void beginDialling(DialCancellation cancellation) throws SocketException {
            lock.lock();
            try {
                refuseWhenClosed();
                dialling = cancellation;
            } finally {
                lock.unlock();
            }
        }

        /** @param made null if dialling failed, with an exception on its way that {@link #close} replaces */
        private void endDialling(InetSocketAddress to, TunnelConnection made) throws SocketException {
            lock.lock();
            try {
                if (closed && made != null) {
                    made.close();
                }
                refuseWhenClosed();
                if (made != null) {
                    target = to;
                    streams = made.streams();
                    streams.readTimeout(Duration.ofMillis((Integer) options.get(SocketOptions.SO_TIMEOUT)));
                }
            } finally {
                lock.unlock();
            }
        }

        private void refuseWhenClosed() throws SocketException {
            if (closed) {
                throw new SocketException("socket closed");
            }
        }

        // --- while it is connected -----------------------------------------------------------------------------------

        private ChannelStreams connected() throws SocketException {
            refuseWhenClosed();
            if (streams == null) {
                throw new SocketException("not connected");
            }
            return streams;
        }

        @Override
        protected InputStream getInputStream() throws IOException {
            return connected().in();
        }

        @Override
        protected OutputStream getOutputStream() throws IOException {
            return connected().out();
        }

        @Override
        protected int available() throws IOException {
            return connected().in().available();
        }

        @Override
        protected void shutdownInput() throws IOException {
            connected().shutdownInput();
        }

        @Override
        protected void shutdownOutput() throws IOException {
            connected().shutdownOutput();
        }

        /** Wakes a thread that connects; with a linger time of 0, the target sees a reset. */
        @Override
        protected void close() {
            lock.lock();
            try {
                closed = true;
                if (dialling != null) {
                    dialling.cancel();
                }
                if (streams != null && AT_ONCE.equals(options.get(SocketOptions.SO_LINGER))) {
                    streams.abort();
                } else if (streams != null) {
                    streams.close();
                }
            } finally {
                lock.unlock();
            }
        }

        // --- options -------------------------------------------------------------------------------------------------

        @Override
        public void setOption(int option, Object value) throws SocketException {
            lock.lock();
            try {
                refuseWhenClosed();
                options.put(option, value);
                if (option == SocketOptions.SO_TIMEOUT && streams != null) {
                    streams.readTimeout(Duration.ofMillis((Integer) value));
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public Object getOption(int option) throws SocketException {
            refuseWhenClosed();
            return options.getOrDefault(option, option == SocketOptions.SO_LINGER ? -1 : false);
        }

        // --- not supported -------------------------------------------------------------------------------------------

        @Override
        protected void bind(InetAddress host, int toPort) throws SocketException {
            throw noLocalAddress();
        }

        @Override
        protected void listen(int backlog) throws SocketException {
            throw noLocalAddress();
        }

        @Override
        protected void accept(SocketImpl accepted) throws SocketException {
            throw noLocalAddress();
        }

        @Override
        protected void sendUrgentData(int data) throws SocketException {
            throw new SocketException("urgent data can't travel through a tunnel");
        }
    }
}
