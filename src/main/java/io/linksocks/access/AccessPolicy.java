package io.linksocks.access;

import java.net.InetAddress;
import java.util.List;

/**
 * Which destinations may be reached: those that are allowed and not denied.
 *
 * @param allowed empty to allow all
 * @param denied take precedence
 * @param denyPrivate whether private addresses are refused, also when embedded in IPv6 addresses
 * @param allowSealed whether sealed targets pass, which only the provider can read and judge
 */
public record AccessPolicy(AccessRules allowed, List<DenyRule> denied, boolean denyPrivate, boolean allowSealed) {
    /** Allows everything. */
    public static final AccessPolicy OPEN = new AccessPolicy(AccessRules.NONE, List.of(), false);

    /** The decision about a domain name before it is resolved. */
    public enum Verdict {
        /** It may be reached, whatever its address. */
        ALLOWED,
        /** It may not be reached, whatever its address. */
        REFUSED,
        /** It has to be resolved first. */
        DEPENDS_ON_ADDRESS
    }

    /** Copies the rules. */
    public AccessPolicy {
        denied = List.copyOf(denied);
    }

    /**
     * A policy that lets no sealed targets pass, unless it is open.
     *
     * @param allowed empty to allow all
     * @param denied looked at first
     * @param denyPrivate whether addresses of this host and its neighbours are refused
     */
    public AccessPolicy(AccessRules allowed, List<DenyRule> denied, boolean denyPrivate) {
        this(allowed, denied, denyPrivate, false);
    }

    /**
     * This policy with another allow list.
     *
     * @param rules in place of {@link #allowed}
     * @return a new policy
     */
    public AccessPolicy withAllowed(AccessRules rules) {
        return new AccessPolicy(rules, denied, denyPrivate, allowSealed);
    }

    /**
     * Whether everything is allowed.
     *
     * @return true when there is nothing to judge
     */
    public boolean isOpen() {
        return allowed.isEmpty() && denied.isEmpty() && !denyPrivate;
    }

    /**
     * Judges a domain name.
     *
     * @param name no address literal
     * @param port 0 to 65535
     * @return what is known without a look-up
     */
    public Verdict judge(String name, int port) {
        String normal = NamePattern.normal(name);
        if (denied.stream().anyMatch(rule -> rule.matchesName(normal, port))) {
            return Verdict.REFUSED;
        }
        List<AccessRule> candidates = allowed.rules().stream().filter(rule -> rule.matchesPort(port)).toList();
        if (candidates.isEmpty() && !allowed.isEmpty()) {
            return Verdict.REFUSED;
        }
        boolean allowedAnywhere = allowed.isEmpty() || candidates.stream().anyMatch(AccessRule::matchesAnyAddress);
        boolean refusedSomewhere = denyPrivate || denied.stream().anyMatch(rule -> rule.looksAtAddress(port));
        return allowedAnywhere && !refusedSomewhere ? Verdict.ALLOWED : Verdict.DEPENDS_ON_ADDRESS;
    }

    /**
     * Whether an address may be reached at a port.
     *
     * @param address IPv4 or IPv6
     * @param port 0 to 65535
     * @return false when a rule forbids it, or none allows it
     */
    public boolean allows(InetAddress address, int port) {
        byte[] bytes = AddressRange.bytes(address);
        return denied.stream().noneMatch(rule -> rule.matches(bytes, port))
                && !(denyPrivate && PrivateAddresses.contain(bytes))
                && allowed.allow(bytes, port);
    }
}
