package io.linksocks.dial;

import io.linksocks.util.Endpoint;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A port on loopback whose connections follow a script; it fails at the end if a script did. */
public final class FakeProxy implements AutoCloseable {
    /** One connection, closed when the script ends. */
    public interface Script {
        void run(Connection connection) throws IOException;
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

    public FakeProxy(Script script) throws IOException {
        Thread.ofVirtual().name("fake proxy").start(() -> acceptAll(script));
    }

    private void acceptAll(Script script) {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                Thread.ofVirtual().name("fake proxy connection").start(() -> serve(socket, script));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    failures.add(e);
                }
            }
        }
    }

    private void serve(Socket socket, Script script) {
        try (socket) {
            socket.setTcpNoDelay(true);
            script.run(new Connection(socket));
        } catch (AssertionError e) {
            failures.add(e);
        } catch (IOException e) {
            // A client that goes is part of many scripts, and one that is sent away too early fails its own assertions.
            open.remove(socket);
        }
    }

    public Endpoint address() {
        return Endpoint.of(listener.getInetAddress(), listener.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("script of the fake proxy failed", failures.peek());
        }
    }

    /** The proxy's end of a connection. */
    public static final class Connection {
        public final Socket socket;
        public final DataInputStream in;
        public final OutputStream out;

        private Connection(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new DataInputStream(socket.getInputStream());
            this.out = socket.getOutputStream();
        }

        /** Reads as many bytes and compares; hexadecimal digits with any white space. */
        public void expect(String hex) throws IOException {
            byte[] expected = HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
            String got = HexFormat.of().formatHex(in.readNBytes(expected.length));
            if (!got.equals(HexFormat.of().formatHex(expected))) {
                throw new AssertionError("expected " + hex + " and got " + got);
            }
        }

        public void send(String hex) throws IOException {
            out.write(HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
        }

        /** Each byte by itself. */
        public void drip(String text) throws IOException {
            for (byte one : text.getBytes(StandardCharsets.ISO_8859_1)) {
                out.write(one);
            }
        }

        public void text(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        /** Reads a request head up to and with its empty line. */
        public String head() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.readUnsignedByte());
            }
            return head.toString();
        }

        public void echo() throws IOException {
            in.transferTo(out);
        }

        /** Until the client closes. */
        public void awaitEnd() throws IOException {
            in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
