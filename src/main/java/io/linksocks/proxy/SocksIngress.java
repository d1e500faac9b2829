package io.linksocks.proxy;

import static java.lang.System.Logger.Level.INFO;

import io.linksocks.http.ProxyHeader;
import io.linksocks.relay.ChannelOpener;
import io.linksocks.relay.SessionPool;
import io.linksocks.relay.TcpRelay;
import io.linksocks.session.Channel;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The local ports of a tunnel: one for SOCKS, which speaks HTTP as well, and the forwards, which lead to fixed targets. They
 * open and close together, and once only. Every connection becomes a channel of one of the sessions.
 */
public final class SocksIngress implements AutoCloseable {
    private static final byte[] NOTHING = {};

    private static final System.Logger LOG = System.getLogger(SocksIngress.class.getName());

    /** An open port. */
    interface Port extends AutoCloseable {
        InetSocketAddress address();

        /** Frees the port for a process that shares it; its connections go on where they can. */
        void leave();

        @Override
        void close();
    }

    private final Endpoint address;
    private final String choice;
    private final EntryOptions options;

    /** Held while the ports are opened and closed. */
    private final ReentrantLock lock = new ReentrantLock();
    /** The SOCKS port, and the forwards in their order; empty before the ports are open. */
    private volatile List<Port> ports = List.of();
    private boolean closed;

    /** @param choice what to choose when the port can't be opened, as in {@link Sockets#unavailable} */
    public SocksIngress(Endpoint address, String choice, EntryOptions options) {
        this.address = address;
        this.choice = choice;
        this.options = options;
    }

    /**
     * Opens the ports, unless they are open or closed for good.
     *
     * @throws IOException that says which port can't be opened, and what to do
     */
    public void open(SessionPool sessions) throws IOException {
        lock.lock();
        try {
            if (ports.isEmpty() && !closed) {
                ChannelOpener opener = new ChannelOpener(sessions, options.sessionTimeout(), options.secret());
                ports = openAll(new TunnelEntry(opener, options));
            }
        } finally {
            lock.unlock();
        }
    }

    private List<Port> openAll(TunnelEntry entry) throws IOException {
        List<Port> opened = new ArrayList<>();
        try {
            opened.add(new TcpPort(listen(address, choice, options.reusePort()), options,
                    client -> new LocalConnection(client, entry, options).serve()));
            LOG.log(INFO, () -> "SOCKS5 port open on " + Endpoint.of(opened.getFirst().address()) + ", for HTTP as well");
            for (PortForward forward : options.forwards()) {
                opened.add(open(forward, entry));
                LOG.log(INFO, () -> "forward open: " + forward);
            }
            return opened;
        } catch (IOException e) {
            opened.forEach(Port::close);
            throw e;
        }
    }

    private Port open(PortForward forward, TunnelEntry entry) throws IOException {
        return forward.udp()
                ? new UdpForward(forward.bind(options.reusePort()), forward.target(), entry)
                : new TcpPort(forward.listen(options.reusePort()), options, client -> serve(client, forward, entry));
    }

    /** A client of a forward can't be told why there is no connection, so it is reset. */
    private static TcpRelay serve(LocalClient client, PortForward forward, TunnelEntry entry) throws IOException {
        try {
            Channel channel = entry.connect(forward.target(), "client " + client + " of a forward", client.address());
            if (forward.proxyHeader()) {
                entry.sendAhead(ProxyHeader.of(client.socket()), channel, forward.target());
            }
            return entry.relay(client, NOTHING, channel);
        } catch (IOException e) {
            Sockets.reset(client.socket());
            throw e;
        }
    }

    private static ServerSocket listen(Endpoint address, String choice, boolean reusePort) throws IOException {
        try {
            return Sockets.listen(new InetSocketAddress(address.host(), address.port()), reusePort);
        } catch (IOException e) {
            throw Sockets.unavailable(address, e, choice, "socksHost(...)");
        }
    }

    /** Checks early that a SOCKS port can be opened; throws what {@link #open} would. */
    public static void tryOut(Endpoint address, String choice, boolean reusePort) throws IOException {
        listen(address, choice, reusePort).close();
    }

    public boolean isOpen() {
        return !ports.isEmpty();
    }

    /** The address of the SOCKS port; null before it is open. */
    public InetSocketAddress address() {
        List<Port> open = ports;
        return open.isEmpty() ? null : open.getFirst().address();
    }

    /** The addresses of the forwards, in the order of the options; none before they are open. */
    public List<InetSocketAddress> forwards() {
        return ports.stream().skip(1).map(Port::address).toList();
    }

    /** Frees the ports for a process that shares them; connections go on. */
    public void leave() {
        lock.lock();
        try {
            closed = true;
            ports.forEach(Port::leave);
        } finally {
            lock.unlock();
        }
    }

    /** Frees the ports and closes all their connections. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            ports.forEach(Port::close);
        } finally {
            lock.unlock();
        }
    }
}
