package io.linksocks.proxy;

import static java.lang.System.Logger.Level.INFO;

import io.linksocks.relay.ChannelOpener;
import io.linksocks.relay.SessionPool;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The local ports of a tunnel: one for SOCKS, which speaks HTTP as well, and those that lead to fixed targets. They open and
 * close together, and every connection becomes a channel of one of the sessions.
 */
public final class SocksIngress implements AutoCloseable {
    /** How long a request waits for a session (docs/protocol.md, implementation-defined behaviour). */
    public static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger(SocksIngress.class.getName());

    private final EntryOptions options;
    private final TunnelEntry entry;
    /** The SOCKS port, and the forwards in their order. */
    private final List<OpenPort> ports = new ArrayList<>();

    /**
     * Opens the ports and serves them until {@link #close}.
     *
     * @throws IOException that says which port is not to be had, and what to do
     */
    public SocksIngress(Endpoint address, SessionPool sessions, EntryOptions options) throws IOException {
        this(address, new ChannelOpener(sessions, SESSION_TIMEOUT), options);
    }

    SocksIngress(Endpoint address, ChannelOpener opener, EntryOptions options) throws IOException {
        this.options = options;
        this.entry = new TunnelEntry(opener, options);
        boolean opened = false;
        try {
            openAll(address);
            opened = true;
        } finally {
            if (!opened) {
                close();
            }
        }
    }

    private void openAll(Endpoint address) throws IOException {
        ports.add(new TcpPort(listen(address), options,
                socket -> new LocalConnection(socket, entry, options).serve()));
        LOG.log(INFO, () -> "SOCKS5 port open on " + Endpoint.of(address()) + ", for HTTP as well");
        for (PortForward forward : options.forwards()) {
            ports.add(open(forward));
            LOG.log(INFO, () -> "forward open: " + forward);
        }
    }

    private OpenPort open(PortForward forward) throws IOException {
        return forward.udp()
                ? new UdpForward(forward.bind(), forward.target(), entry)
                : new TcpPort(forward.listen(), options,
                        socket -> new ForwardedConnection(socket, forward.target(), entry).serve());
    }

    private static ServerSocket listen(Endpoint address) throws IOException {
        try {
            return Sockets.listen(new InetSocketAddress(address.host(), address.port()));
        } catch (IOException e) {
            throw Sockets.unavailable(address, e, "-p", "-s");
        }
    }

    /** Finds out early whether a SOCKS port is to be had; throws as the constructor does. */
    public static void tryOut(Endpoint address) throws IOException {
        listen(address).close();
    }

    /** The address of the SOCKS port. */
    public InetSocketAddress address() {
        return ports.getFirst().address();
    }

    /** The addresses of the forwards, in the order of the options. */
    public List<InetSocketAddress> forwards() {
        return ports.stream().skip(1).map(OpenPort::address).toList();
    }

    /** Frees the ports and closes all their connections. */
    @Override
    public void close() {
        ports.forEach(OpenPort::close);
    }
}
