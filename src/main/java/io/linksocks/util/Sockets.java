package io.linksocks.util;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;

/** What all sockets here have in common. */
public final class Sockets {
    /** How long {@link #linger} waits for the peer. */
    public static final Duration LINGER = Duration.ofSeconds(1);

    /** As many connections as a burst may leave waiting for accept(). */
    private static final int BACKLOG = 1024;

    /** For a thousand datagrams of the size of a packet, as Linux counts them. */
    private static final int BURST = 2 << 20;

    private Sockets() {}

    /** Opens a port. */
    public static ServerSocket listen(InetSocketAddress address) throws IOException {
        return bind(new ServerSocket(), address);
    }

    /** Opens a port whose connections have a channel, so that they can be in the {@link EventLoop}. */
    public static ServerSocket listenWithChannels(InetSocketAddress address) throws IOException {
        return bind(ServerSocketChannel.open().socket(), address);
    }

    private static ServerSocket bind(ServerSocket listener, InetSocketAddress address) throws IOException {
        try {
            if (address.isUnresolved()) {
                throw new UnknownHostException("unknown host " + address.getHostString());
            }
            listener.bind(address, BACKLOG);
            return listener;
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    /**
     * Why a port could not be opened, and which of two flags to change.
     *
     * @param portFlag sets the port, which doesn't matter when the host has no address
     */
    public static IOException unavailable(Endpoint wanted, IOException cause, String portFlag, String hostFlag) {
        String hint = isOwn(wanted)
                ? "choose another port with " + portFlag + " or another address with " + hostFlag
                : "name an address of this machine with " + hostFlag;
        return new IOException("can't listen on " + wanted + ": " + cause.getMessage() + "; " + hint, cause);
    }

    /** Who is at the other end of a connected socket. */
    public static Endpoint peer(Socket socket) {
        return Endpoint.of((InetSocketAddress) socket.getRemoteSocketAddress());
    }

    private static boolean isOwn(Endpoint wanted) {
        try {
            InetAddress address = InetAddress.getByName(wanted.host());
            return address.isAnyLocalAddress() || address.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (IOException e) {
            return false;
        }
    }

    /** Small messages leave at once, and a peer that has vanished is noticed some day. */
    public static void tune(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }

    /** Has the system keep what a burst of datagrams brings until they are read; it may allow less. */
    public static DatagramSocket expectBursts(DatagramSocket socket) {
        try {
            socket.setReceiveBufferSize(BURST);
        } catch (SocketException e) {
            System.getLogger(Sockets.class.getName()).log(System.Logger.Level.DEBUG, "receive buffer", e);
        }
        return socket;
    }

    /**
     * Closes so that the peer can read what was sent last: closing with unread input would reset the connection, and a reset
     * can destroy data that the peer has not read yet (RFC 9112, section 9.6). Ends the output and discards input until the
     * peer ends too, for {@link #LINGER} at most.
     */
    public static void linger(Socket socket) throws IOException {
        try (socket) {
            socket.shutdownOutput();
            DeadlineInput in = new DeadlineInput(socket);
            in.limit(LINGER);
            in.transferTo(OutputStream.nullOutputStream());
        } catch (SocketTimeoutException e) {
            // The peer had its time.
            return;
        }
    }

    /** Closes where an error changes nothing any more. */
    public static void close(Closeable socket) {
        try {
            if (socket instanceof Socket withChannel && withChannel.getChannel() != null) {
                EventLoop.close(withChannel.getChannel());
            } else {
                socket.close();
            }
        } catch (IOException e) {
            System.getLogger(Sockets.class.getName()).log(System.Logger.Level.TRACE, "close", e);
        }
    }

    /** Closes so that the peer can't take what it has for all there is. */
    public static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            System.getLogger(Sockets.class.getName()).log(System.Logger.Level.TRACE, "reset", e);
        }
        close(socket);
    }
}
