package io.linksocks.server;

import io.linksocks.access.AccessPolicy;
import io.linksocks.access.AccessRules;
import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.RelayCounters;
import io.linksocks.util.RateLimitedLogger;
import java.util.function.Supplier;

/**
 * The access rules of a server: entry rules for SOCKS ports and connectors, dial rules for targets that the server dials
 * itself. Allow lists may change at run time, and a token may have its own instead; deny rules hold for every token.
 */
final class AccessConfig {
    private final RelayCounters counters;
    private volatile AccessPolicy entry;
    private volatile AccessPolicy dial;

    AccessConfig(AccessPolicy entry, AccessPolicy dial, RelayCounters counters) {
        this.entry = entry;
        this.dial = dial;
        this.counters = counters;
    }

    RelayCounters counters() {
        return counters;
    }

    AccessRules entryRules() {
        return entry.allowed();
    }

    AccessRules dialRules() {
        return dial.allowed();
    }

    /** Replaces the allow lists; null keeps one as it is. Established connections are not affected. */
    void change(AccessRules entryRules, AccessRules dialRules) {
        entry = entryRules == null ? entry : entry.withAllowed(entryRules);
        dial = dialRules == null ? dial : dial.withAllowed(dialRules);
    }

    /** Guards requests that this server forwards to a provider. */
    DestinationGuard entryGuard(AccessRules own) {
        return entryGuard(own, DestinationGuard.newLog());
    }

    /** @param log of the token whose clients ask */
    DestinationGuard entryGuard(AccessRules own, RateLimitedLogger log) {
        return guard(() -> entry, own, log);
    }

    /** Guards requests for which this server dials. */
    DestinationGuard dialGuard(AccessRules own, RateLimitedLogger log) {
        return guard(() -> dial, own, log);
    }

    private DestinationGuard guard(Supplier<AccessPolicy> present, AccessRules own, RateLimitedLogger log) {
        AccessPolicy fixed = present.get().withAllowed(own);
        return new DestinationGuard(own.isEmpty() ? present : () -> fixed, counters, log);
    }
}
