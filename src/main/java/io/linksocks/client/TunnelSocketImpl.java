package io.linksocks.client;

import io.linksocks.relay.ChannelStreams;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOptions;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** How a socket works whose connection goes through the tunnel. {@link java.net.Socket} keeps watch over the order of calls. */
final class TunnelSocketImpl extends SocketImpl {
    private static final byte[] NO_ADDRESS = new byte[4];
    private static final Integer AT_ONCE = 0;

    /** Makes connections. */
    interface Dial {
        TunnelConnection dial(String host, int port, Duration timeout) throws IOException;
    }

    private final Dial dial;
    /** Those that have no effect are kept for whoever asks. */
    private final Map<Integer, Object> options = new ConcurrentHashMap<>(Map.of(
            SocketOptions.TCP_NODELAY, true, SocketOptions.SO_KEEPALIVE, true, SocketOptions.SO_TIMEOUT, 0));

    /** Guards all below; nothing blocks while it is held. */
    private final ReentrantLock lock = new ReentrantLock();
    private InetSocketAddress target;
    private ChannelStreams streams;
    /** The thread that makes the connection; null before and after. */
    private Thread dialler;
    private boolean closed;

    TunnelSocketImpl(Dial dial) {
        this.dial = dial;
    }

    /** Null while it is not connected. */
    InetSocketAddress target() {
        lock.lock();
        try {
            return streams == null ? null : target;
        } finally {
            lock.unlock();
        }
    }

    @Override
    protected void create(boolean stream) throws SocketException {
        if (!stream) {
            throw new SocketException("only TCP");
        }
    }

    // --- connecting --------------------------------------------------------------------------------------------------

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
            throw new IllegalArgumentException("no address of the internet: " + wanted);
        }
        String host = to.isUnresolved() ? to.getHostString() : Endpoint.of(to).host();
        Duration timeout = timeoutMillis == 0 ? TunnelDialer.NO_LIMIT : Duration.ofMillis(timeoutMillis);
        beginDialling();
        TunnelConnection made = null;
        try {
            made = dial.dial(host, to.getPort(), timeout);
            address = to.isUnresolved() ? nameOnly(host) : to.getAddress();
            port = to.getPort();
        } finally {
            endDialling(to, made);
        }
    }

    private void beginDialling() throws SocketException {
        lock.lock();
        try {
            refuseWhenClosed();
            dialler = Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    /** @param made null when there is no connection, for which there is an exception on its way unless it was {@link #close} */
    private void endDialling(InetSocketAddress to, TunnelConnection made) throws SocketException {
        lock.lock();
        try {
            dialler = null;
            if (closed) {
                // it was close() that interrupted
                Thread.interrupted();
                if (made != null) {
                    made.close();
                }
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

    /** Some callers can't do without an address: this one leads nowhere and knows its name. */
    private static InetAddress nameOnly(String host) throws UnknownHostException {
        return InetAddress.getByAddress(host, NO_ADDRESS);
    }

    private void refuseWhenClosed() throws SocketException {
        if (closed) {
            throw new SocketException("socket closed");
        }
    }

    // --- while it is connected -----------------------------------------------------------------------------------------

    private ChannelStreams connected() throws SocketException {
        lock.lock();
        try {
            refuseWhenClosed();
            if (streams == null) {
                throw new SocketException("not connected");
            }
            return streams;
        } finally {
            lock.unlock();
        }
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

    /** Who makes the connection just now gives up; with a linger time of 0, the target sees a reset. */
    @Override
    protected void close() {
        lock.lock();
        try {
            closed = true;
            if (dialler != null) {
                dialler.interrupt();
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

    // --- options -------------------------------------------------------------------------------------------------------

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
        lock.lock();
        try {
            refuseWhenClosed();
        } finally {
            lock.unlock();
        }
        return options.getOrDefault(option, option == SocketOptions.SO_LINGER ? -1 : false);
    }

    // --- what there is not ---------------------------------------------------------------------------------------------

    @Override
    protected void bind(InetAddress host, int toPort) throws SocketException {
        throw TunnelSocketFactory.noLocalAddress();
    }

    @Override
    protected void listen(int backlog) throws SocketException {
        throw TunnelSocketFactory.noLocalAddress();
    }

    @Override
    protected void accept(SocketImpl accepted) throws SocketException {
        throw TunnelSocketFactory.noLocalAddress();
    }

    @Override
    protected void sendUrgentData(int data) throws SocketException {
        throw new SocketException("urgent data can't travel through a tunnel");
    }
}
