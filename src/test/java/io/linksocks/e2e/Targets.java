package io.linksocks.e2e;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Services behind the tunnel, on one loopback address each. */
final class Targets {
    private Targets() {}

    /** What a connection is served by. */
    interface Service {
        void serve(Socket socket) throws IOException;
    }

    /** A TCP service; every connection has a virtual thread. */
    static final class Tcp implements AutoCloseable {
        private final ServerSocket listener;
        private final Set<Socket> open = ConcurrentHashMap.newKeySet();

        Tcp(String host, Service service) throws IOException {
            listener = new ServerSocket();
            listener.bind(new InetSocketAddress(host, 0), 1024);
            Thread.ofVirtual().name("target").start(() -> acceptAll(service));
        }

        private void acceptAll(Service service) {
            while (!listener.isClosed()) {
                try {
                    Socket socket = listener.accept();
                    open.add(socket);
                    Thread.ofVirtual().start(() -> serve(service, socket));
                } catch (IOException e) {
                    return;
                }
            }
        }

        private void serve(Service service, Socket socket) {
            try (socket) {
                service.serve(socket);
            } catch (IOException e) {
                // A client that leaves early is part of the tests; what it misses, it reports.
                return;
            } finally {
                open.remove(socket);
            }
        }

        int port() {
            return listener.getLocalPort();
        }

        int openConnections() {
            return open.size();
        }

        @Override
        public void close() throws IOException {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    static void echo(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.getInputStream().transferTo(socket.getOutputStream());
    }

    /** Takes a length, then that many bytes of the pseudo-random stream of a seed, and answers with how many were right. */
    static void take(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        long seed = in.readLong();
        long total = in.readLong();
        new DataOutputStream(socket.getOutputStream()).writeLong(Stream.verify(in, seed, total));
    }

    /** Takes a seed and a length and sends that much of the seed's stream. */
    static void give(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        long seed = in.readLong();
        long total = in.readLong();
        Stream.send(socket.getOutputStream(), seed, total);
    }

    /** A stream of bytes that is known from its seed. */
    static final class Stream {
        private static final int PIECE = 1 << 16;

        private Stream() {}

        static void send(java.io.OutputStream out, long seed, long total) throws IOException {
            Random random = new Random(seed);
            byte[] piece = new byte[PIECE];
            for (long left = total; left > 0; left -= PIECE) {
                random.nextBytes(piece);
                out.write(piece, 0, (int) Math.min(left, PIECE));
            }
        }

        /** How many bytes came and were right; stops at the first wrong one. */
        static long verify(InputStream in, long seed, long total) throws IOException {
            Random random = new Random(seed);
            byte[] expected = new byte[PIECE];
            for (long seen = 0; seen < total; seen += PIECE) {
                random.nextBytes(expected);
                int length = (int) Math.min(total - seen, PIECE);
                byte[] got = in.readNBytes(length);
                int wrong = java.util.Arrays.mismatch(got, 0, got.length, expected, 0, length);
                if (wrong >= 0) {
                    return seen + wrong;
                }
            }
            return total;
        }
    }

    /** A UDP echo service. */
    static final class Udp implements AutoCloseable {
        private final DatagramSocket socket;

        Udp(String host) throws IOException {
            socket = new DatagramSocket(0, InetAddress.getByName(host));
            Thread.ofVirtual().name("udp target").start(this::echoAll);
        }

        private void echoAll() {
            DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
            try {
                while (true) {
                    packet.setLength(65_535);
                    socket.receive(packet);
                    socket.send(packet);
                }
            } catch (IOException e) {
                socket.close();
            }
        }

        int port() {
            return socket.getLocalPort();
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
