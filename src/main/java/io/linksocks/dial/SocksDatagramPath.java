package io.linksocks.dial;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;

/** The relay of a SOCKS5 proxy (RFC 1928, section 7), which works as long as the control connection is open. */
final class SocksDatagramPath implements DatagramPath {
    private static final System.Logger LOG = System.getLogger(SocksDatagramPath.class.getName());

    private final Socket control;
    private final DatagramSocket socket = Sockets.expectBursts(new DatagramSocket());
    private final DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
    private volatile boolean endedByProxy;

    /** @param relays addresses of the relay of all datagrams: what others send is not taken */
    SocksDatagramPath(Socket control, List<InetSocketAddress> relays) throws IOException {
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
                socket.connect(relay);
                return;
            } catch (SocketException e) {
                none = e;
            }
        }
        throw none;
    }

    /** Begins to read the control connection, whose end is the end of the path. */
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
    public void send(Datagram datagram) throws IOException {
        DatagramPacket wrapped = datagram.wrap();
        wrapped.setSocketAddress(socket.getRemoteSocketAddress());
        socket.send(wrapped);
    }

    @Override
    public Datagram receive() throws IOException {
        for (;;) {
            packet.setLength(MAX_DATAGRAM);
            try {
                socket.receive(packet);
            } catch (PortUnreachableException e) {
                // About a datagram that was sent earlier and is lost, as datagrams may be.
                LOG.log(DEBUG, "proxy's relay takes no datagrams");
                continue;
            } catch (IOException e) {
                throw endedByProxy ? new IOException("the proxy ended the UDP association") : e;
            }
            Datagram datagram = Datagram.unwrap(packet);
            if (datagram != null) {
                return datagram;
            }
        }
    }

    @Override
    public void close() {
        socket.close();
        Sockets.close(control);
    }
}
