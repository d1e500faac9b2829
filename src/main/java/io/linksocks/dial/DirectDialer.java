package io.linksocks.dial;

import io.linksocks.protocol.Slice;
import io.linksocks.util.Endpoint;
import io.linksocks.util.NameLookup;
import io.linksocks.util.Race;
import io.linksocks.util.RateLimitedLogger;
import io.linksocks.util.Resolver;
import io.linksocks.util.Sockets;
import io.linksocks.util.TimeText;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.List;

/** Connects directly; the addresses of a name are tried as Happy Eyeballs do (RFC 8305). */
public final class DirectDialer implements Dialer {
    private static final RateLimitedLogger SHORTAGE = new RateLimitedLogger(System.getLogger(DirectDialer.class.getName()));

    private final NameLookup names;

    /** A dialer with its own look-ups. */
    public DirectDialer() {
        this(Resolver.SYSTEM.client());
    }

    private DirectDialer(NameLookup names) {
        this.names = names;
    }

    @Override
    public Dialer resolvingBy(NameLookup other) {
        return new DirectDialer(other);
    }

    @Override
    public Socket connect(Endpoint target, Duration timeout) throws IOException {
        long began = System.nanoTime();
        List<InetAddress> addresses = List.of(names.resolve(target, timeout));
        return connect(target, addresses, timeout.minusNanos(System.nanoTime() - began));
    }

    @Override
    public Socket connect(Endpoint target, List<InetAddress> addresses, Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            return connect(Race.interleave(addresses), target.port(), deadline);
        } catch (SocketTimeoutException e) {
            throw new SocketTimeoutException(target + ": no answer within " + TimeText.of(timeout));
        } catch (IOException e) {
            throw new DialException(DialError.ofSystem(e), target + ": " + e.getMessage());
        }
    }

    /** @param deadline on the {@link System#nanoTime} scale */
    static Socket connect(List<InetAddress> addresses, int port, long deadline) throws IOException {
        return Race.first(addresses, address -> attempt(address, port, deadline), Sockets::close);
    }

    @Override
    public DatagramPath openDatagramPath(Duration timeout) throws IOException {
        try {
            return new UdpSocket();
        } catch (IOException e) {
            throw shortage(DialError.LOCAL, e);
        }
    }

    private static Socket attempt(InetAddress address, int port, long deadline) throws IOException {
        Socket socket = open();
        try {
            Sockets.connect(socket, new InetSocketAddress(address, port), Duration.ofNanos(deadline - System.nanoTime()));
            return socket;
        } catch (BindException e) {
            socket.close();
            // Not LOCAL: ports run out per target, and broadcast addresses or disabled IPv6 give the same error.
            throw shortage(DialError.OTHER, e);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Fails when the system has no file descriptors left. */
    private static Socket open() throws IOException {
        try {
            return Sockets.open();
        } catch (IOException e) {
            throw shortage(DialError.LOCAL, e);
        }
    }

    /** Logs a problem of this machine and not of the target; otherwise only the client would see it. */
    private static IOException shortage(DialError kind, IOException e) {
        SHORTAGE.warn("can't open connections to targets: " + e.getMessage());
        return new DialException(kind, e.getMessage());
    }

    /** A socket that sends to any target and takes answers from any source. */
    private static final class UdpSocket implements DatagramPath {
        private final DatagramChannel socket = Sockets.bind(new InetSocketAddress(0), false);

        UdpSocket() throws IOException {}

        @Override
        public DatagramChannel socket() {
            return socket;
        }

        @Override
        public boolean takesNames() {
            return false;
        }

        @Override
        public boolean send(Datagram datagram) throws IOException {
            ByteBuffer payload = datagram.payload().toBuffer();
            Endpoint target = datagram.address();
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(target.host()), target.port());
            socket.send(payload, address);
            return !payload.hasRemaining();
        }

        @Override
        public Datagram receive(ByteBuffer buffer) throws IOException {
            InetSocketAddress source = (InetSocketAddress) socket.receive(buffer.clear());
            return source == null ? null : new Datagram(Slice.of(DatagramPath.content(buffer)), Endpoint.of(source));
        }

        @Override
        public void close() {
            Sockets.close(socket);
        }
    }
}
