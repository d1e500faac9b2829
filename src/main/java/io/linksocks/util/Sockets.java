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
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;

/** Opens, configures and closes sockets. */
public final class Sockets {
    /** How long {@link #linger} waits for the peer. */
    public static final Duration LINGER = Duration.ofSeconds(1);

    /** Connections that may wait for accept(). */
    private static final int BACKLOG = 1024;

    /** Bytes for a thousand datagrams of an MTU, as Linux accounts them. */
    private static final int BURST = 2 << 20;

    /** Bytes sent ahead of a reader on this machine, which Linux doubles; bulk would not be faster with more. */
    private static final int LOCAL_SEND_BUFFER = 512 << 10;

    private Sockets() {}

    /**
     * Opens a port. Its sockets move as many bytes in one system call as they are given; those of {@link ServerSocket} and
     * {@link Socket} themselves at most 128 KiB. They have a channel, so that they can be in the {@link EventLoop}.
     */
    public static ServerSocket listen(InetSocketAddress address) throws IOException {
        return listen(address, false);
    }

    /** @param reusePort whether several processes of one user may listen on the port at once (SO_REUSEPORT) */
    public static ServerSocket listen(InetSocketAddress address, boolean reusePort) throws IOException {
        if (address.isUnresolved()) {
            String zone = IpLiteral.zoneProblem(IpLiteral.canonical(address.getHostString()));
            throw new UnknownHostException(zone == null ? "unknown host " + address.getHostString() : zone);
        }
        ServerSocket listener = ServerSocketChannel.open().socket();
        try {
            if (reusePort) {
                listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            listener.bind(address, BACKLOG);
            return listener;
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    /** Creates an unconnected, tuned socket of the same kind. It never uses a proxy that the JDK is configured with. */
    public static Socket open() throws IOException {
        Socket socket = SocketChannel.open().socket();
        try {
            tune(socket);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Connects a socket of {@link #open}. A target on this machine has answered when connect(2) returns, so the thread asks
     * once before it waits.
     *
     * @throws SocketTimeoutException when the target has not answered in time; the socket is closed then
     */
    public static void connect(Socket socket, InetSocketAddress target, Duration timeout) throws IOException {
        SocketChannel channel = socket.getChannel();
        channel.configureBlocking(false);
        boolean connected;
        try {
            connected = channel.connect(target) || channel.finishConnect();
        } catch (UnsupportedAddressTypeException e) {
            throw new SocketException("unsupported type of address");
        }
        channel.configureBlocking(true);
        if (!connected) {
            awaitConnection(channel, timeout);
        }
        boundReadAhead(socket);
    }

    private static void awaitConnection(SocketChannel channel, Duration timeout) throws IOException {
        TimeLimit limit = new TimeLimit(timeout, () -> close(channel));
        try (limit) {
            channel.finishConnect();
        } catch (ClosedChannelException e) {
            if (!limit.isExceeded()) {
                throw new SocketException("closed while it was being connected");
            }
        }
        if (limit.isExceeded()) {
            throw new SocketTimeoutException("no answer within " + TimeText.of(timeout));
        }
    }

    /**
     * Describes why a port could not be opened, and what to change.
     *
     * @param choice what to choose when the port is the trouble, such as "another port with port(...)"
     * @param host the member of the API that sets the host, for one that is not of this machine
     */
    public static IOException unavailable(Endpoint wanted, IOException cause, String choice, String host) {
        String hint = isOwn(wanted)
                ? "choose " + choice
                : "name an address of this machine with " + host;
        return new IOException("can't listen on " + wanted + ": " + cause.getMessage() + "; " + hint, cause);
    }

    /** The remote address of a connected socket. */
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

    /** Sends small messages without delay, and detects vanished peers. */
    public static void tune(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }

    /**
     * Bounds what is sent ahead of a slow reader, if it is on this machine. By itself the system would buffer some 4 MiB.
     * Farther away a full path may need them.
     */
    public static void boundReadAhead(Socket connected) throws IOException {
        if (connected.getInetAddress().isLoopbackAddress()) {
            connected.setSendBufferSize(LOCAL_SEND_BUFFER);
        }
    }

    /** Opens a port for bursts of datagrams; the parameters are those of {@link #listen(InetSocketAddress, boolean)}. */
    public static DatagramChannel bind(InetSocketAddress address, boolean reusePort) throws IOException {
        DatagramChannel socket = DatagramChannel.open();
        try {
            // As a DatagramSocket has it.
            socket.setOption(StandardSocketOptions.SO_BROADCAST, true);
            expectBursts(socket.socket());
            if (reusePort) {
                socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            socket.socket().bind(address);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Asks for a receive buffer that holds a burst of datagrams; the system may allow less. */
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
        }
    }

    /** Writes all to a channel in blocking mode. */
    public static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Closes, ignoring errors. */
    public static void close(Closeable socket) {
        try {
            switch (socket) {
                case Socket withChannel when withChannel.getChannel() != null -> EventLoop.close(withChannel.getChannel());
                case DatagramChannel datagrams -> EventLoop.close(datagrams);
                default -> socket.close();
            }
        } catch (IOException e) {
            System.getLogger(Sockets.class.getName()).log(System.Logger.Level.TRACE, "close", e);
        }
    }

    /** Resets the connection, so that the peer does not take it for an orderly end. */
    public static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            System.getLogger(Sockets.class.getName()).log(System.Logger.Level.TRACE, "reset", e);
        }
        close(socket);
    }
}
