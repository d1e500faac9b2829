package io.linksocks.cli;

import io.linksocks.util.LogName;
import io.linksocks.util.Threads;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.ReentrantLock;

/** The running tunnels, and the change to others. */
final class TunnelSet implements AutoCloseable {
    /** The names of the tunnels that changed, and the number of the others. */
    record Changes(List<String> started, List<String> restarted, List<String> closed, int kept) {}

    private final Terminal terminal;

    /** Guards all below; held while tunnels are started and closed. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, KeptTunnel> running = new LinkedHashMap<>();
    private boolean closed;

    TunnelSet(Terminal terminal) {
        this.terminal = terminal;
    }

    List<Config.Tunnel> specs() {
        lock.lock();
        try {
            return running.values().stream().map(KeptTunnel::spec).toList();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Closes what is not wanted and starts what is missing; what runs already as it is wanted is left alone. All is closed
     * before anything starts, because one may want the port of another.
     */
    Changes become(List<Config.Tunnel> wanted) throws InterruptedException {
        lock.lock();
        try {
            List<KeptTunnel> stale = running.values().stream()
                    .filter(tunnel -> wanted.stream().noneMatch(tunnel.spec()::sameAs)).toList();
            int kept = running.size() - stale.size();
            close(stale);
            List<String> before = stale.stream().map(tunnel -> tunnel.spec().name()).toList();
            running.keySet().removeAll(before);
            List<String> missing = new ArrayList<>();
            for (Config.Tunnel spec : wanted) {
                if (!closed && !running.containsKey(spec.name())) {
                    missing.add(spec.name());
                    start(spec);
                }
            }
            return new Changes(without(missing, before), common(missing, before), without(before, missing), kept);
        } finally {
            lock.unlock();
        }
    }

    private void start(Config.Tunnel spec) throws InterruptedException {
        KeptTunnel tunnel = new KeptTunnel(spec, terminal);
        running.put(spec.name(), tunnel);
        tunnel.start();
    }

    private static List<String> without(List<String> names, List<String> others) {
        return names.stream().filter(name -> !others.contains(name)).toList();
    }

    private static List<String> common(List<String> names, List<String> others) {
        return names.stream().filter(others::contains).toList();
    }

    /** Ends the pauses before further attempts. */
    void hurry() {
        lock.lock();
        try {
            running.values().forEach(KeptTunnel::hurry);
        } finally {
            lock.unlock();
        }
    }

    /** In parallel: each one's close handshake may take a second. */
    private static void close(Collection<KeptTunnel> tunnels) {
        try (ExecutorService closers = Threads.perTask("close tunnel")) {
            tunnels.forEach(tunnel -> closers.execute(() -> {
                LogName.set(tunnel.spec().name());
                tunnel.close();
            }));
        }
    }

    /** Closes all tunnels for good. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            close(running.values());
            running.clear();
        } finally {
            lock.unlock();
        }
    }
}
