import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * {@code java Training.java COMMAND...}: starts the command, {@code linksocks run}, with a server and a client, and sends TCP
 * and UDP traffic through their tunnel, so that the virtual machine below it learns which classes that takes and which
 * methods every connection and every byte passes.
 */
final class Training {
    private static final int VISITORS = 16;
    private static final int HTTP_VISITORS = 4;
    /**
     * All of one kind make several times the 200 calls after which the virtual machine compiles a method, and so remembers it:
     * while compilers are busy, it takes more calls.
     */
    private static final int VISITS = 125;
    /** What a person types, and a piece of a download. */
    private static final int SMALL = 64;
    private static final int LARGE = 64 << 10;
    private static final int SMALL_ONES = 10;
    private static final int LARGE_ONES = 12;
    /** Every so many visits download. */
    private static final int VISITS_PER_DOWNLOAD = 8;
    private static final int DATAGRAMS = 3000;
    private static final int MOST_ATTEMPTS = 600;
    private static final int PAUSE_MILLIS = 50;
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final String CONFIG = """
            {"servers": {"s": {"ws-host": "127.0.0.1", "ws-port": %1$d, "token": "training"}},
             "clients": {"c": {"url": "ws://127.0.0.1:%1$d", "token": "training", "socks-port": %2$d}}}
            """;

    private final InetAddress loopback = InetAddress.getLoopbackAddress();
    private final InetSocketAddress entry;
    private final ServerSocket target;

    private Training(InetSocketAddress entry, ServerSocket target) {
        this.entry = entry;
        this.target = target;
    }

    public static void main(String[] command) throws Exception {
        int exitCode;
        try (ServerSocket target = new ServerSocket(0, VISITORS * VISITS, InetAddress.getLoopbackAddress())) {
            exitCode = train(command, target);
        }
        System.exit(exitCode);
    }

    /** The target is there first, or it could be given a port that the tunnel is to have. */
    private static int train(String[] command, ServerSocket target) throws Exception {
        int[] ports = freePorts();
        Path config = Files.createTempFile("training", ".json");
        Files.writeString(config, CONFIG.formatted(ports[0], ports[1]));
        List<String> words = new ArrayList<>(List.of(command));
        words.add(config.toString());
        Process tunnel = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            new Training(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports[1]), target).use(tunnel);
            tunnel.toHandle().destroy();
            return tunnel.waitFor();
        } finally {
            tunnel.destroyForcibly();
            Files.delete(config);
        }
    }

    /** Two, which are not the same. */
    private static int[] freePorts() throws IOException {
        try (ServerSocket one = new ServerSocket(0); ServerSocket other = new ServerSocket(0)) {
            return new int[] {one.getLocalPort(), other.getLocalPort()};
        }
    }

    private void use(Process tunnel) throws Exception {
        awaitEntry(tunnel);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.submit(() -> echo(threads));
            List<Callable<Void>> visitors = new ArrayList<>();
            visitors.addAll(Collections.nCopies(VISITORS, () -> visit(Proxy.Type.SOCKS)));
            visitors.addAll(Collections.nCopies(HTTP_VISITORS, () -> visit(Proxy.Type.HTTP)));
            for (Future<Void> visitor : threads.invokeAll(visitors)) {
                visitor.get();
            }
            exchangeDatagrams();
            target.close();
        }
    }

    private void awaitEntry(Process tunnel) throws Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                new Socket(entry.getAddress(), entry.getPort()).close();
                return;
            } catch (ConnectException e) {
                if (!tunnel.isAlive() || attempt == MOST_ATTEMPTS) {
                    throw new IllegalStateException("there is no tunnel; try the command by hand", e);
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    /** Ends when the target is closed. */
    private Void echo(ExecutorService threads) throws IOException {
        while (true) {
            Socket socket = target.accept();
            threads.submit(() -> {
                try (socket; InputStream in = socket.getInputStream()) {
                    return in.transferTo(socket.getOutputStream());
                }
            });
        }
    }

    private Void visit(Proxy.Type kind) throws IOException {
        for (int i = 0; i < VISITS; i++) {
            try (Socket socket = new Socket(new Proxy(kind, entry))) {
                socket.connect(target.getLocalSocketAddress());
                exchange(socket, SMALL, SMALL_ONES);
                if (i % VISITS_PER_DOWNLOAD == 0) {
                    exchange(socket, LARGE, LARGE_ONES);
                }
            }
        }
        return null;
    }

    private static void exchange(Socket socket, int size, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            socket.getOutputStream().write(new byte[size]);
            socket.getInputStream().skipNBytes(size);
        }
    }

    /** One at a time, through a UDP association (RFC 1928, section 7). */
    private void exchangeDatagrams() throws IOException {
        try (Socket control = new Socket(entry.getAddress(), entry.getPort());
                DatagramSocket there = new DatagramSocket(0, loopback);
                DatagramSocket here = new DatagramSocket(0, loopback)) {
            control.getOutputStream().write(new byte[] {5, 1, 0, 5, 3, 0, 1, 0, 0, 0, 0, 0, 0});
            byte[] answer = control.getInputStream().readNBytes(12);
            int relay = ByteBuffer.wrap(answer).getShort(10) & 0xFFFF;
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.writeBytes(new byte[] {0, 0, 0, 1});
            request.writeBytes(loopback.getAddress());
            request.writeBytes(ByteBuffer.allocate(Short.BYTES + SMALL).putShort((short) there.getLocalPort()).array());
            here.setSoTimeout(TIMEOUT_MILLIS);
            there.setSoTimeout(TIMEOUT_MILLIS);
            for (int i = 0; i < DATAGRAMS; i++) {
                here.send(new DatagramPacket(request.toByteArray(), request.size(), loopback, relay));
                DatagramPacket packet = new DatagramPacket(new byte[LARGE], LARGE);
                there.receive(packet);
                there.send(packet);
                here.receive(new DatagramPacket(new byte[LARGE], LARGE));
            }
        }
    }
}
