package io.linksocks.dial;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.access.AccessPolicy;
import io.linksocks.seal.SealException;
import io.linksocks.seal.SealedAddress;
import io.linksocks.util.Endpoint;
import io.linksocks.util.NameLookup;
import io.linksocks.util.Race;
import io.linksocks.util.RateLimitedLogger;
import io.linksocks.util.Resolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Applies the access rules to destinations. If they depend on the address of a name, the name is resolved here, once, and the
 * checked address is used from then on: a second look-up could have another answer.
 */
public final class DestinationGuard {
    /** The end of a refusal. */
    public static final String NOT_ALLOWED = "not allowed by the access rules";

    /** Refusals a minute that are logged, for each client of a local port or token of a server. */
    static final int LOGGED = 60;

    private static final System.Logger LOG = System.getLogger(DestinationGuard.class.getName());

    private final Supplier<AccessPolicy> policy;
    private final RelayCounters counters;
    private final NameLookup names;
    private final boolean datagrams;
    private final RateLimitedLogger refusals;
    /** Whether a datagram was refused: only the first of each association is logged at INFO. */
    private volatile boolean hasRefused;

    /** @param policy read for each destination, because it may change */
    public DestinationGuard(Supplier<AccessPolicy> policy, RelayCounters counters) {
        this(policy, counters, newLog());
    }

    /** @param refusals shared by all guards of somebody who may have many */
    public DestinationGuard(Supplier<AccessPolicy> policy, RelayCounters counters, RateLimitedLogger refusals) {
        this(policy, counters, Resolver.SYSTEM.client(), false, refusals);
    }

    public DestinationGuard(Supplier<AccessPolicy> policy, RelayCounters counters, NameLookup names, boolean datagrams) {
        this(policy, counters, names, datagrams, newLog());
    }

    private DestinationGuard(Supplier<AccessPolicy> policy, RelayCounters counters, NameLookup names, boolean datagrams,
            RateLimitedLogger refusals) {
        this.policy = policy;
        this.counters = counters;
        this.names = names;
        this.datagrams = datagrams;
        this.refusals = refusals;
    }

    /** For the refusals of guards. */
    public static RateLimitedLogger newLog() {
        return new RateLimitedLogger(LOG, LOGGED);
    }

    /** A guard that allows everything. */
    public static DestinationGuard open() {
        return new DestinationGuard(() -> AccessPolicy.OPEN, new RelayCounters());
    }

    /** The look-ups of the client of this guard. */
    public NameLookup names() {
        return names;
    }

    AccessPolicy policy() {
        return policy.get();
    }

    /** The guard of one UDP association whose datagrams may be forwarded with a name; see below. */
    public DatagramGuard forDatagrams(DatagramGuard.Account account, DatagramGuard.Onward onward) {
        return forDatagrams(false, account, onward);
    }

    /**
     * The guard of one UDP association.
     *
     * @param alwaysResolves whether datagrams are forwarded with addresses only
     * @param account for datagrams that wait for look-ups
     */
    public DatagramGuard forDatagrams(boolean alwaysResolves, DatagramGuard.Account account, DatagramGuard.Onward onward) {
        return new DatagramGuard(new DestinationGuard(policy, counters, names, true, refusals), new DatagramNames(names, account),
                alwaysResolves, onward);
    }

    /**
     * For a side that forwards the request: returns the destination, or its checked addresses in order of preference if the
     * rules depend on them.
     *
     * @param asker who wants to go there, for the log
     * @throws DialException of kind {@link DialError#RULE} when the destination is not allowed
     * @throws UnknownHostException when the rules depend on its address and there is none
     * @throws SocketTimeoutException when the look-up for the rules takes too long
     */
    public List<Endpoint> admit(Endpoint target, String asker, Duration timeout) throws IOException {
        List<InetAddress> addresses = check(target, asker, timeout);
        return addresses.isEmpty() ? List.of(target) : endpoints(addresses, target.port());
    }

    static List<Endpoint> endpoints(List<InetAddress> addresses, int port) {
        return addresses.stream().map(address -> Endpoint.of(address, port)).toList();
    }

    /** For the side that dials: connects to the destination; throws what {@link #admit} does. */
    public Socket connect(Dialer dialer, Endpoint target, String asker, Duration timeout) throws IOException {
        long began = System.nanoTime();
        List<InetAddress> addresses = check(target, asker, timeout);
        return addresses.isEmpty()
                ? dialer.connect(target, timeout)
                : dialer.connect(target, addresses, timeout.minusNanos(System.nanoTime() - began));
    }

    /** Returns the addresses that may be reached, in order of preference; none when the rules don't depend on them. */
    private List<InetAddress> check(Endpoint target, String asker, Duration timeout) throws IOException {
        AccessPolicy current = policy.get();
        return dependsOnAddress(current, target, asker)
                ? allowed(current, List.of(names.resolve(target, timeout)), target, asker)
                : List.of();
    }

    boolean dependsOnAddress(AccessPolicy current, Endpoint target, String asker) throws DialException {
        if (current.isOpen()) {
            return false;
        }
        if (target.isLiteral()) {
            return true;
        }
        if (SealedAddress.is(target.host())) {
            return judgeSealed(current, asker);
        }
        return switch (current.judge(target.host(), target.port())) {
            case ALLOWED -> false;
            case DEPENDS_ON_ADDRESS -> true;
            case REFUSED -> throw refuse(target, asker);
        };
    }

    /** Only the provider can read and judge such a target; it never depends on an address here. */
    private boolean judgeSealed(AccessPolicy current, String asker) throws DialException {
        if (!current.allowSealed()) {
            counters.refusedTargets.increment();
            refusals.info("refused by the access rules: a sealed target, asked for by " + asker + "; see allowSealed(true)");
            throw new DialException(DialError.RULE, SealException.REFUSAL
                    + "the server has access rules, which it can't apply to sealed targets; its owner can allow them");
        }
        return false;
    }

    /** Those of a target's addresses that may be reached, in order of preference. */
    List<InetAddress> allowed(AccessPolicy current, List<InetAddress> addresses, Endpoint target, String asker)
            throws DialException {
        List<InetAddress> allowed = addresses.stream().filter(address -> current.allows(address, target.port())).toList();
        if (allowed.isEmpty()) {
            throw refuse(target, asker);
        }
        return Race.interleave(allowed);
    }

    private DialException refuse(Endpoint target, String asker) {
        (datagrams ? counters.refusedDatagrams : counters.refusedTargets).increment();
        String line = "refused by the access rules: " + target + (datagrams ? " (UDP)" : "") + ", asked for by " + asker;
        if (datagrams && hasRefused) {
            LOG.log(DEBUG, line);
        } else {
            refusals.info(line);
        }
        hasRefused = datagrams;
        return new DialException(DialError.RULE, target + ": " + NOT_ALLOWED);
    }
}
