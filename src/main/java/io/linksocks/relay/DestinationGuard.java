package io.linksocks.relay;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;

import io.linksocks.access.AccessPolicy;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Lets pass only destinations that the access rules allow. A name whose address matters is resolved here, once, and what
 * goes on is the address that was checked: a second look-up could have another answer.
 */
public final class DestinationGuard {
    private static final System.Logger LOG = System.getLogger(DestinationGuard.class.getName());

    private final Supplier<AccessPolicy> policy;
    private final RelayCounters counters;
    private final NameLookup names;
    private final boolean datagrams;
    /** Without a lock: only the guard of an association looks at it, which has one thread. */
    private boolean hasRefused;

    /** @param policy asked for each destination, for it may change */
    public DestinationGuard(Supplier<AccessPolicy> policy, RelayCounters counters) {
        this(policy, counters, Resolver::resolve, false);
    }

    DestinationGuard(Supplier<AccessPolicy> policy, RelayCounters counters, NameLookup names, boolean datagrams) {
        this.policy = policy;
        this.counters = counters;
        this.names = names;
        this.datagrams = datagrams;
    }

    /** A guard that lets everything pass. */
    public static DestinationGuard open() {
        return new DestinationGuard(() -> AccessPolicy.OPEN, new RelayCounters());
    }

    /** The guard of one UDP association, to be used by one thread: it remembers names, and logs loudly only once. */
    public DestinationGuard forDatagrams() {
        return new DestinationGuard(policy, counters, names.remembering(), true);
    }

    /**
     * For a side that passes the request on, and for datagrams: returns the destination, or its checked address if that had
     * to be known.
     *
     * @param asker who wants to go there, for the log
     * @throws AccessDeniedException when the destination is not allowed
     * @throws UnknownHostException when it depends on an address that can't be found
     */
    public Endpoint admit(Endpoint target, String asker, Duration timeout) throws IOException {
        AccessPolicy current = policy.get();
        return dependsOnAddress(current, target, asker)
                ? Endpoint.of(allowed(current, target, asker, timeout).get(0), target.port())
                : target;
    }

    /** For a datagram, which is lost when it may not go there: null then, and without a destination. */
    public Endpoint admitOrDrop(Endpoint target, String asker) {
        try {
            return target == null ? null : admit(target, asker, TargetEgress.CONNECT_TIMEOUT);
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "datagram of " + asker + " dropped: " + e.getMessage());
            return null;
        }
    }

    /**
     * For the side that dials: connects to the destination.
     *
     * @throws AccessDeniedException when the destination is not allowed
     */
    Socket connect(Dialer dialer, Endpoint target, String asker, Duration timeout) throws IOException {
        AccessPolicy current = policy.get();
        if (!dependsOnAddress(current, target, asker)) {
            return dialer.connect(target, timeout);
        }
        long began = System.nanoTime();
        List<InetAddress> addresses = allowed(current, target, asker, timeout);
        return dialer.connect(target, addresses, timeout.minusNanos(System.nanoTime() - began));
    }

    private boolean dependsOnAddress(AccessPolicy current, Endpoint target, String asker) throws AccessDeniedException {
        if (current.isOpen()) {
            return false;
        }
        if (target.isLiteral()) {
            return true;
        }
        return switch (current.judge(target.host(), target.port())) {
            case ALLOWED -> false;
            case DEPENDS_ON_ADDRESS -> true;
            case REFUSED -> throw refuse(target, asker);
        };
    }

    private List<InetAddress> allowed(AccessPolicy current, Endpoint target, String asker, Duration timeout)
            throws IOException {
        List<InetAddress> allowed = Arrays.stream(names.resolve(target, timeout))
                .filter(address -> current.allows(address, target.port())).toList();
        if (allowed.isEmpty()) {
            throw refuse(target, asker);
        }
        return allowed;
    }

    private AccessDeniedException refuse(Endpoint target, String asker) {
        (datagrams ? counters.refusedDatagrams : counters.refusedTargets).increment();
        LOG.log(datagrams && hasRefused ? DEBUG : INFO,
                () -> "refused by the access rules: " + target + (datagrams ? " (UDP)" : "") + ", asked for by " + asker);
        hasRefused = datagrams;
        return new AccessDeniedException(target);
    }
}
