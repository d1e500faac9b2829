package io.linksocks.dial;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.access.AccessPolicy;
import io.linksocks.protocol.Slice;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** Applies the access rules to the datagrams of one UDP association: forwards or drops each, without waiting for look-ups. */
public final class DatagramGuard {
    private static final System.Logger LOG = System.getLogger(DatagramGuard.class.getName());

    /** Forwards a datagram. */
    @FunctionalInterface
    public interface Onward {
        /**
         * Called by one thread at a time.
         *
         * @param choices the target, or its checked addresses in order of preference; at least one
         */
        void send(Slice payload, List<Endpoint> choices) throws IOException;
    }

    /** Tries to forward a datagram. */
    @FunctionalInterface
    public interface Attempt {
        /** Like {@link Onward#send}, but returns false when it would have to wait. */
        boolean send(Slice payload, List<Endpoint> choices) throws IOException;
    }

    /** Accounts for datagrams that wait; called with a lock held, so it must not block. */
    public interface Account {
        /** Reserves memory for one; false when there is too little, and the datagram is dropped. */
        boolean take(int bytes);

        /** Releases what was reserved for one. */
        void give(int bytes);
    }

    private final DestinationGuard guard;
    private final DatagramNames names;
    private final boolean alwaysResolves;
    private final Onward onward;
    /** Held while a datagram is sent: another thread sends those that waited for a look-up. */
    private final ReentrantLock sending = new ReentrantLock();

    DatagramGuard(DestinationGuard guard, DatagramNames names, boolean alwaysResolves, Onward onward) {
        this.guard = guard;
        this.names = names;
        this.alwaysResolves = alwaysResolves;
        this.onward = onward;
    }

    /**
     * Forwards a datagram, now or once the addresses of its target are known.
     *
     * @param target null for a datagram without one, which is dropped
     * @param asker who sent it, for the log
     * @throws IOException when it could not be sent
     */
    public void pass(Slice payload, Endpoint target, String asker) throws IOException {
        pass(payload, target, asker, this::send);
    }

    /**
     * Like {@link #pass}, but never waits nor blocks.
     *
     * @param attempt used now, in place of {@link Onward}, which still sends what had to be looked up
     * @return false when it would have to wait; the datagram was not forwarded then
     */
    public boolean tryPass(Slice payload, Endpoint target, String asker, Attempt attempt) throws IOException {
        return pass(payload, target, asker, (content, choices) -> trySend(content, choices, attempt));
    }

    private boolean pass(Slice payload, Endpoint target, String asker, Attempt attempt) throws IOException {
        if (target == null) {
            return true;
        }
        AccessPolicy policy = guard.policy();
        boolean judgesAddress;
        try {
            judgesAddress = guard.dependsOnAddress(policy, target, asker);
        } catch (DialException e) {
            return true;
        }
        if (!judgesAddress && !alwaysResolves) {
            return attempt.send(payload, List.of(target));
        }
        List<InetAddress> known = names.known(target, payload,
                (addresses, kept) -> judge(policy, addresses, target, asker, kept, this::send));
        return known.isEmpty() || judge(policy, known, target, asker, payload, attempt);
    }

    private boolean judge(AccessPolicy policy, List<InetAddress> addresses, Endpoint target, String asker, Slice payload,
            Attempt attempt) throws IOException {
        List<Endpoint> choices;
        try {
            choices = DestinationGuard.endpoints(guard.allowed(policy, addresses, target, asker), target.port());
        } catch (DialException e) {
            LOG.log(DEBUG, () -> "datagram of " + asker + " dropped: " + e.getMessage());
            return true;
        }
        return attempt.send(payload, choices);
    }

    private boolean send(Slice payload, List<Endpoint> choices) throws IOException {
        sending.lock();
        try {
            onward.send(payload, choices);
            return true;
        } finally {
            sending.unlock();
        }
    }

    private boolean trySend(Slice payload, List<Endpoint> choices, Attempt attempt) throws IOException {
        if (!sending.tryLock()) {
            return false;
        }
        try {
            return attempt.send(payload, choices);
        } finally {
            sending.unlock();
        }
    }
}
