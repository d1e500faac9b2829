package io.linksocks.relay;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.util.Threads;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The sockets whose peer has sent FIN, checked for peers that died since. No read reports a reset or a failed keepalive after
 * a FIN, and Java has no access to SO_ERROR. Linux removes a dead connection from its connection table; elsewhere only the
 * timeout of half-closed channels ends them.
 */
final class HalfClosedSockets {
    /** A connection is dead when two checks miss it: the table changes while it is read, so one may miss a live connection. */
    static final Duration INTERVAL = Duration.ofSeconds(5);
    static final List<Path> TABLES = List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));
    static final HalfClosedSockets OF_PROCESS = new HalfClosedSockets(TABLES);

    private static final System.Logger LOG = System.getLogger(HalfClosedSockets.class.getName());
    private static final int HEX = 16;

    private final List<Path> tables;
    private final Map<Socket, Runnable> watched = new ConcurrentHashMap<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    /** Missing in the last check; confined to one check at a time. */
    private Set<Socket> suspects = Set.of();

    /** @param tables of the kernel's TCP connections */
    HalfClosedSockets(List<Path> tables) {
        this.tables = tables;
    }

    /**
     * Watches a socket until {@link #forget}.
     *
     * @param onDead called once when its connection is dead; must not block
     */
    void watch(Socket socket, Runnable onDead) {
        watched.put(socket, onDead);
        schedule();
    }

    void forget(Socket socket) {
        watched.remove(socket);
    }

    private void schedule() {
        if (!watched.isEmpty() && scheduled.compareAndSet(false, true)) {
            Threads.later(INTERVAL, () -> Threads.start("half-closed sockets", this::checkAndGoOn));
        }
    }

    private void checkAndGoOn() {
        try {
            check();
        } catch (IOException e) {
            LOG.log(DEBUG, "no table of connections here", e);
        } finally {
            scheduled.set(false);
            schedule();
        }
    }

    /** Looks at the table once. */
    void check() throws IOException {
        Set<Socket> before = Set.copyOf(watched.keySet());
        Set<Long> alive = connections();
        Set<Socket> missing = new HashSet<>();
        for (Socket socket : before) {
            if (!alive.contains(key(socket.getLocalPort(), socket.getPort()))) {
                missing.add(socket);
            }
        }
        for (Socket socket : missing) {
            Runnable onDead = suspects.contains(socket) ? watched.remove(socket) : null;
            if (onDead != null) {
                onDead.run();
            }
        }
        suspects = missing;
    }

    /** By both ports alone: two connections that share them hide each other's end, which only takes longer then. */
    private Set<Long> connections() throws IOException {
        Set<Long> found = new HashSet<>();
        for (Path table : tables) {
            try (BufferedReader lines = Files.newBufferedReader(table)) {
                lines.readLine();
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    String[] fields = line.strip().split("\\s+", 4);
                    found.add(key(port(fields[1]), port(fields[2])));
                }
            }
        }
        return found;
    }

    /** Of an address and a port in hexadecimal digits (proc_net_tcp of the kernel's documentation). */
    private static int port(String endpoint) {
        return Integer.parseInt(endpoint, endpoint.lastIndexOf(':') + 1, endpoint.length(), HEX);
    }

    private static long key(int localPort, int remotePort) {
        return (long) localPort << Short.SIZE | remotePort;
    }
}
