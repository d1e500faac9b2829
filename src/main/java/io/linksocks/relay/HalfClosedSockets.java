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
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    static final List<Path> TABLES = List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));
    static final HalfClosedSockets OF_PROCESS = new HalfClosedSockets(TABLES);

    private static final System.Logger LOG = System.getLogger(HalfClosedSockets.class.getName());
    private static final int HEX = 16;
    private static final int PORT_DIGITS = 4;

    private final List<Path> tables;
    private final Map<Socket, Runnable> watched = new ConcurrentHashMap<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    /** Watched at the last check; confined to one check at a time, as is the next. */
    private Set<Socket> known = Set.of();
    /** Missing in the last check. */
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

    /** Looks for the sockets of the last check; most others will have ended by the next one, and the table can be long. */
    void check() throws IOException {
        Set<Socket> now = Set.copyOf(watched.keySet());
        Set<Socket> before = new HashSet<>(known);
        before.retainAll(now);
        known = now;
        Set<Long> alive = before.isEmpty() ? Set.of() : connections();
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
                    // Without regular expressions: a busy machine has ten thousands of lines.
                    int local = line.indexOf(": ") + 2;
                    int remote = line.indexOf(' ', local);
                    found.add(key(port(line, local), port(line, remote)));
                }
            }
        }
        return found;
    }

    /** The port of the first address:port from here on, four hexadecimal digits (the kernel's proc_net_tcp.rst). */
    private static int port(String line, int from) {
        int start = line.indexOf(':', from) + 1;
        return Integer.parseInt(line, start, start + PORT_DIGITS, HEX);
    }

    private static long key(int localPort, int remotePort) {
        return (long) localPort << Short.SIZE | remotePort;
    }
}
