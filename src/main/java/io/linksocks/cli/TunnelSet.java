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
import java.util.stream.Collectors;

/** The running tunnels. */
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
     * Closes tunnels that are not wanted and starts those that are missing; unchanged ones keep running. Everything is closed
     * before anything starts, because a new tunnel may use the port of an old one.
     */
    Changes become(List<Config.Tunnel> wanted) throws InterruptedException {
        lock.lock();
        try {
            List<KeptTunnel> stale = running.values().stream()
                    .filter(tunnel -> wanted.stream().noneMatch(tunnel.spec()::sameAs)).toList();
            close(stale);
            List<String> before = stale.stream().map(tunnel -> tunnel.spec().name()).toList();
            running.keySet().removeAll(before);
            int kept = running.size();
            List<String> after = new ArrayList<>();
            for (Config.Tunnel spec : wanted) {
                if (!closed && !running.containsKey(spec.name())) {
                    after.add(spec.name());
                    KeptTunnel tunnel = new KeptTunnel(spec, terminal);
                    running.put(spec.name(), tunnel);
                    tunnel.start();
                }
            }
            Map<Boolean, List<String>> restarted = after.stream().collect(Collectors.partitioningBy(before::contains));
            List<String> gone = before.stream().filter(name -> !after.contains(name)).toList();
            return new Changes(restarted.get(false), restarted.get(true), gone, kept);
        } finally {
            lock.unlock();
        }
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

    /** Drains the servers that are to, in parallel. */
    void drain() {
        List<KeptTunnel> all;
        lock.lock();
        try {
            all = List.copyOf(running.values());
        } finally {
            lock.unlock();
        }
        try (ExecutorService drains = Threads.perTask("drain")) {
            all.forEach(tunnel -> drains.execute(() -> {
                LogName.set(tunnel.spec().name());
                tunnel.drain();
            }));
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
