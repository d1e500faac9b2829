package io.linksocks.server;

import io.linksocks.access.AccessPolicy;
import io.linksocks.access.AccessRules;
import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.RelayCounters;
import java.util.function.Supplier;

/**
 * The access rules of a server: those of SOCKS ports and connectors, and those of targets that it dials itself. Allow lists
 * may change while it runs, and a token may have its own instead; what is denied is denied to all.
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

    /** Null leaves rules as they are. Connections that exist already go on. */
    void change(AccessRules entryRules, AccessRules dialRules) {
        entry = entryRules == null ? entry : entry.withAllowed(entryRules);
        dial = dialRules == null ? dial : dial.withAllowed(dialRules);
    }

    /** For those who ask this server to pass a request on to a provider. */
    DestinationGuard entryGuard(AccessRules own) {
        return guard(() -> entry, own);
    }

    /** For those for whom this server dials. */
    DestinationGuard dialGuard(AccessRules own) {
        return guard(() -> dial, own);
    }

    private DestinationGuard guard(Supplier<AccessPolicy> present, AccessRules own) {
        AccessPolicy fixed = present.get().withAllowed(own);
        return new DestinationGuard(own.isEmpty() ? present : () -> fixed, counters);
    }
}
