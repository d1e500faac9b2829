import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Collections;
import java.util.Scanner;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * {@code java Training.java COMMAND...}: starts the command, a {@code linksocks demo}, and sends TCP traffic through its
 * tunnel, so that the virtual machine below it learns which classes that takes and which methods every byte passes.
 */
final class Training {
    private static final int CONNECTIONS = 100;
    private static final int AT_ONCE = 4;
    /** What a person types, and a piece of a download. */
    private static final int SMALL = 64;
    private static final int LARGE = 64 << 10;
    private static final int REPEATED = 10;

    private final ServerSocket target;
    private final Proxy proxy;

    private Training(ServerSocket target, Proxy proxy) {
        this.target = target;
        this.proxy = proxy;
    }

    public static void main(String[] command) throws Exception {
        Process demo = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (Scanner said = new Scanner(demo.getInputStream())) {
            if (said.findWithinHorizon("--socks5-hostname 127\\.0\\.0\\.1:(\\d+) ", 0) == null) {
                throw new IllegalStateException("the demo ended with " + demo.waitFor() + " before its tunnel was there");
            }
            useTunnel(Integer.parseInt(said.match().group(1)));
            demo.toHandle().destroy();
            said.forEachRemaining(word -> { });
            System.exit(demo.waitFor());
        } finally {
            demo.destroyForcibly();
        }
    }

    private static void useTunnel(int port) throws Exception {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                ServerSocket target = new ServerSocket(0, CONNECTIONS, loopback)) {
            threads.submit(() -> echo(target, threads));
            Training training = new Training(target, new Proxy(Proxy.Type.SOCKS, new InetSocketAddress(loopback, port)));
            Callable<Void> visitor = training::visit;
            for (Future<Void> visit : threads.invokeAll(Collections.nCopies(AT_ONCE, visitor))) {
                visit.get();
            }
        }
    }

    /** Ends when the target is closed. */
    private static Void echo(ServerSocket target, ExecutorService threads) throws IOException {
        while (true) {
            Socket socket = target.accept();
            threads.submit(() -> {
                try (socket; InputStream in = socket.getInputStream()) {
                    return in.transferTo(socket.getOutputStream());
                }
            });
        }
    }

    private Void visit() throws IOException {
        for (int i = 0; i < CONNECTIONS / AT_ONCE; i++) {
            try (Socket socket = new Socket(proxy)) {
                socket.connect(target.getLocalSocketAddress());
                for (int j = 0; j < REPEATED; j++) {
                    exchange(socket, SMALL);
                    exchange(socket, LARGE);
                }
            }
        }
        return null;
    }

    private static void exchange(Socket socket, int size) throws IOException {
        socket.getOutputStream().write(new byte[size]);
        socket.getInputStream().skipNBytes(size);
    }
}
