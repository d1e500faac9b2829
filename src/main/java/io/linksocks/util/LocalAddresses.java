package io.linksocks.util;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The addresses of this machine. With a hundred interfaces the system takes 4 ms to say them, and all sessions of a process ask
 * at once when the network has changed: an answer serves for a moment.
 */
public final class LocalAddresses {
    static final Duration MOMENT = Duration.ofMillis(250);
    private static final LocalAddresses OF_MACHINE = new LocalAddresses(System::nanoTime, LocalAddresses::ask);

    private final LongSupplier clock;
    private final Supplier<Set<InetAddress>> source;

    /** Guards all below; held while the system is asked, so that others get the same answer. */
    private final ReentrantLock lock = new ReentrantLock();
    private Set<InetAddress> answer;
    private long answeredAt;

    /** @param clock in nanoseconds */
    LocalAddresses(LongSupplier clock, Supplier<Set<InetAddress>> source) {
        this.clock = clock;
        this.source = source;
    }

    /** Those of all interfaces that are up, as they were a moment ago at most; empty when the system does not say. */
    public static Set<InetAddress> present() {
        return OF_MACHINE.recent();
    }

    Set<InetAddress> recent() {
        lock.lock();
        try {
            if (answer == null || clock.getAsLong() - answeredAt >= MOMENT.toNanos()) {
                answer = Set.copyOf(source.get());
                answeredAt = clock.getAsLong();
            }
            return answer;
        } finally {
            lock.unlock();
        }
    }

    private static Set<InetAddress> ask() {
        Set<InetAddress> present = new HashSet<>();
        try {
            for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
                if (each.isUp()) {
                    each.inetAddresses().forEach(present::add);
                }
            }
        } catch (SocketException e) {
            present.clear();
        }
        return present;
    }
}
