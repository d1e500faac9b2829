package io.linksocks.dial;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.protocol.Slice;
import io.linksocks.util.Endpoint;
import io.linksocks.util.NameLookup;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The addresses of the hosts that one UDP association sends to. The sender never waits for a look-up: the first datagrams to a
 * name are queued until its addresses are known, and a refresh runs while the old addresses are in use.
 */
final class DatagramNames {
    /** After this a name is looked up again; below there is the JDK's own cache (networkaddress.cache.ttl, 30 s). */
    static final Duration LIFE = Duration.ofSeconds(10);
    static final int MAX_NAMES = 64;
    /** Datagrams of the association that wait for look-ups, all names together. */
    static final int MAX_WAITING = 1024;
    /** As many full Ethernet frames as {@link #MAX_WAITING}. */
    private static final int MAX_WAITING_BYTES = 3 << 19;

    private static final System.Logger LOG = System.getLogger(DatagramNames.class.getName());

    /** Handles a datagram whose addresses have become known. */
    @FunctionalInterface
    interface Use {
        void with(List<InetAddress> addresses, Slice payload) throws IOException;
    }

    private record Waiting(Slice payload, Use use) {}

    private static final class Name {
        /** Null while unknown, empty when there are none. */
        private List<InetAddress> addresses;
        private long renewAt;
        private boolean lookingUp;
        private List<Waiting> waiting = new ArrayList<>();
    }

    private final NameLookup lookup;
    private final DatagramGuard.Account account;
    private final LongSupplier clock;
    /** Guards all below; nothing blocks while it is held. */
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, Name> names = new LinkedHashMap<>(16, 0.75f, true);
    private int waiting;
    private int waitingBytes;

    DatagramNames(NameLookup lookup, DatagramGuard.Account account) {
        this(lookup, account, System::nanoTime);
    }

    DatagramNames(NameLookup lookup, DatagramGuard.Account account, LongSupplier clock) {
        this.lookup = lookup;
        this.account = account;
        this.clock = clock;
    }

    /**
     * Returns the addresses of a datagram's target. When they have to be looked up, there are none yet, and the datagram is
     * handled in another thread if any are found.
     *
     * @param payload copied if it has to wait
     */
    List<InetAddress> known(Endpoint target, Slice payload, Use later) throws IOException {
        if (target.isLiteral()) {
            return List.of(InetAddress.getAllByName(target.host()));
        }
        lock.lock();
        try {
            Name name = name(target.host());
            if (name == null) {
                return List.of();
            }
            if (!name.lookingUp && (name.addresses == null || clock.getAsLong() - name.renewAt >= 0)) {
                Threads.start("look-up for datagrams", () -> lookUp(name, target));
                name.lookingUp = true;
            }
            if (name.addresses == null) {
                keep(name, payload, later);
                return List.of();
            }
            return name.addresses;
        } finally {
            lock.unlock();
        }
    }

    /** Null when there are too many names. */
    private Name name(String host) {
        Name name = names.get(host);
        if (name == null && (names.size() < MAX_NAMES
                || names.values().removeIf(other -> !other.lookingUp && names.size() >= MAX_NAMES))) {
            name = new Name();
            names.put(host, name);
        }
        return name;
    }

    private void keep(Name name, Slice payload, Use use) {
        int bytes = payload.length();
        if (waiting < MAX_WAITING && waitingBytes + bytes <= MAX_WAITING_BYTES && account.take(bytes)) {
            name.waiting.add(new Waiting(Slice.of(payload.toBytes()), use));
            waiting++;
            waitingBytes += bytes;
        }
    }

    private void lookUp(Name name, Endpoint target) {
        List<InetAddress> found = List.of();
        try {
            found = List.of(lookup.resolve(target, Dialer.CONNECT_TIMEOUT));
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "datagrams to " + target + " dropped: " + e.getMessage());
        } finally {
            send(found, lookedUp(name, found));
        }
    }

    /** Keeps the old addresses when a refresh fails. Returns the queued datagrams. */
    private List<Waiting> lookedUp(Name name, List<InetAddress> found) {
        lock.lock();
        try {
            name.addresses = found.isEmpty() && name.addresses != null ? name.addresses : found;
            name.renewAt = clock.getAsLong() + LIFE.toNanos();
            name.lookingUp = false;
            List<Waiting> waited = name.waiting;
            name.waiting = new ArrayList<>();
            waiting -= waited.size();
            for (Waiting datagram : waited) {
                waitingBytes -= datagram.payload().length();
                account.give(datagram.payload().length());
            }
            return waited;
        } finally {
            lock.unlock();
        }
    }

    private static void send(List<InetAddress> addresses, List<Waiting> waited) {
        for (Waiting datagram : addresses.isEmpty() ? List.<Waiting>of() : waited) {
            try {
                datagram.use().with(addresses, datagram.payload());
            } catch (IOException e) {
                LOG.log(DEBUG, () -> "datagram dropped: " + e.getMessage());
            }
        }
    }
}
