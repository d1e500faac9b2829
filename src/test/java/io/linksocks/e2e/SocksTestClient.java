package io.linksocks.e2e;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A strict SOCKS5 client that shows every reply code. */
final class SocksTestClient {
    private static final int TIMEOUT_MILLIS = 60_000;

    /** The proxy answered a request with another code than success. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;
        final int code;

        Refused(int code) {
            super("SOCKS reply " + code);
            this.code = code;
        }
    }

    /** A control connection and where to send datagrams to. */
    record Association(Socket control, InetSocketAddress relay) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            control.close();
        }
    }

    private final InetSocketAddress proxy;
    private final String user;
    private final String password;

    SocksTestClient(InetSocketAddress proxy) {
        this(proxy, null, null);
    }

    SocksTestClient(InetSocketAddress proxy, String user, String password) {
        this.proxy = proxy;
        this.user = user;
        this.password = password;
    }

    InetSocketAddress address() {
        return proxy;
    }

    Socket connect(String host, int port) throws IOException {
        Socket socket = open();
        try {
            request(socket, 1, host, port);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    Association associate() throws IOException {
        Socket socket = open();
        return new Association(socket, request(socket, 3, "0.0.0.0", 0));
    }

    private Socket open() throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(proxy);
        OutputStream out = socket.getOutputStream();
        DataInputStream in = new DataInputStream(socket.getInputStream());
        out.write(user == null ? new byte[] {5, 1, 0} : new byte[] {5, 1, 2});
        expect(5, in.readUnsignedByte());
        expect(user == null ? 0 : 2, in.readUnsignedByte());
        if (user != null) {
            out.write(password());
            expect(1, in.readUnsignedByte());
            expect(0, in.readUnsignedByte());
        }
        return socket;
    }

    private byte[] password() {
        byte[] name = user.getBytes(StandardCharsets.UTF_8);
        byte[] secret = password.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(3 + name.length + secret.length)
                .put((byte) 1).put((byte) name.length).put(name).put((byte) secret.length).put(secret).array();
    }

    private static InetSocketAddress request(Socket socket, int command, String host, int port) throws IOException {
        byte[] address = address(host, port);
        socket.getOutputStream().write(
                ByteBuffer.allocate(3 + address.length).put((byte) 5).put((byte) command).put((byte) 0).put(address).array());
        DataInputStream in = new DataInputStream(socket.getInputStream());
        expect(5, in.readUnsignedByte());
        int code = in.readUnsignedByte();
        expect(0, in.readUnsignedByte());
        int length = in.readUnsignedByte() == 4 ? 16 : 4;
        byte[] bound = in.readNBytes(length);
        int boundPort = in.readUnsignedShort();
        if (code != 0) {
            throw new Refused(code);
        }
        return new InetSocketAddress(InetAddress.getByAddress(bound), boundPort);
    }

    /** ATYP, address and port; a literal as an address, anything else as a name. */
    static byte[] address(String host, int port) throws IOException {
        boolean literal = host.indexOf(':') >= 0 || Character.isDigit(host.charAt(host.length() - 1));
        byte[] bytes = literal ? InetAddress.getByName(host).getAddress() : host.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(4 + bytes.length);
        if (literal) {
            out.put((byte) (bytes.length == 16 ? 4 : 1));
        } else {
            out.put((byte) 3).put((byte) bytes.length);
        }
        out.put(bytes).putShort((short) port);
        return java.util.Arrays.copyOf(out.array(), out.position());
    }

    private static void expect(int wanted, int got) throws IOException {
        if (wanted != got) {
            throw new Refused(got);
        }
    }
}
