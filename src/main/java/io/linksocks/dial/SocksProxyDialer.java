package io.linksocks.dial;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.socks.SocksClient;
import io.linksocks.socks.SocksCredentials;
import io.linksocks.socks.SocksRequest;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Reason;
import io.linksocks.util.Resolver;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Reaches targets through a SOCKS5 proxy, which resolves their names. */
final class SocksProxyDialer extends UpstreamProxy {
    /** Where datagrams will come from, which a NAT in between may change (RFC 1928, section 4). */
    private static final Endpoint UNKNOWN = new Endpoint("0.0.0.0", 0);

    private static final System.Logger LOG = System.getLogger(SocksProxyDialer.class.getName());

    private final SocksCredentials credentials;

    /** @param credentials null for none */
    SocksProxyDialer(Endpoint address, SocksCredentials credentials) {
        this(address, credentials, new DirectDialer());
    }

    /** @param dialer reaches the proxy itself */
    SocksProxyDialer(Endpoint address, SocksCredentials credentials, Dialer dialer) {
        super(address, dialer);
        this.credentials = credentials;
    }

    @Override
    public Socket connect(Endpoint target, Duration timeout) throws IOException {
        return connect(target.toString(), timeout, (socket, in) -> {
            request(socket, in, SocksRequest.Command.CONNECT, target);
            return socket;
        });
    }

    @Override
    public DatagramPath openDatagramPath(Duration timeout) throws IOException {
        Relay path = connect("UDP", timeout, (socket, in) -> {
            Endpoint relay = request(socket, in, SocksRequest.Command.UDP_ASSOCIATE, UNKNOWN);
            return new Relay(socket, relayAddresses(relay, socket, timeout));
        });
        path.watchControl();
        return path;
    }

    private Endpoint request(Socket socket, InputStream in, SocksRequest.Command command, Endpoint target)
            throws IOException {
        try {
            SocksClient.logIn(in, socket.getOutputStream(), credentials);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            // Not because of the target, which the proxy does not know yet.
            throw new DialException(DialError.LOCAL, Reason.of(e));
        }
        return SocksClient.request(in, socket.getOutputStream(), command, target);
    }

    /** A proxy that does not know its own address answers 0.0.0.0: it has the address of the control connection. */
    private static List<InetSocketAddress> relayAddresses(Endpoint relay, Socket control, Duration timeout)
            throws IOException {
        if (relay.port() == 0) {
            throw new ConnectException("proxy named no port for datagrams");
        }
        return Arrays.stream(Resolver.SYSTEM.client().resolve(relay, timeout))
                .map(address -> address.isAnyLocalAddress() ? control.getInetAddress() : address)
                .map(address -> new InetSocketAddress(address, relay.port())).toList();
    }

    @Override
    public String toString() {
        return "socks5://" + super.toString();
    }

    /** The relay of the proxy (RFC 1928, section 7), which works as long as the control connection is open. */
    private static final class Relay implements DatagramPath {
        private final Socket control;
        private final DatagramChannel socket = Sockets.bind(new InetSocketAddress(0), false);
        private volatile boolean endedByProxy;

        /** @param relays the relay's addresses; datagrams from others are dropped */
        Relay(Socket control, List<InetSocketAddress> relays) throws IOException {
            this.control = control;
            try {
                connect(relays);
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }

        /** Takes the first for which this machine has a route. */
        private void connect(List<InetSocketAddress> relays) throws IOException {
            SocketException none = new SocketException("no address of the relay");
            for (InetSocketAddress relay : relays) {
                try {
                    socket.socket().connect(relay);
                    return;
                } catch (SocketException e) {
                    none = e;
                }
            }
            throw none;
        }

        /** Closes the path when the control connection ends. */
        void watchControl() {
            Threads.start("udp control", () -> {
                try {
                    InputStream in = control.getInputStream();
                    while (in.read() >= 0) {
                        LOG.log(DEBUG, "byte on a control connection ignored");
                    }
                } catch (IOException e) {
                    LOG.log(DEBUG, () -> "control connection to the proxy ended: " + e.getMessage());
                }
                endedByProxy = !control.isClosed();
                close();
            });
        }

        @Override
        public DatagramChannel socket() {
            return socket;
        }

        @Override
        public boolean send(Datagram datagram) throws IOException {
            return socket.write(datagram.wrap()) > 0;
        }

        @Override
        public Datagram receive(ByteBuffer buffer) throws IOException {
            try {
                return socket.receive(buffer.clear()) == null ? null : Datagram.unwrap(DatagramPath.content(buffer));
            } catch (PortUnreachableException e) {
                // About an earlier datagram, which is lost, as datagrams may be.
                LOG.log(DEBUG, "proxy's relay takes no datagrams");
                return null;
            } catch (IOException e) {
                throw endedByProxy ? new IOException("the proxy ended the UDP association") : e;
            }
        }

        @Override
        public void close() {
            Sockets.close(socket);
            Sockets.close(control);
        }
    }
}
